/**
 * Typed listeners. If a listener throws, the other listeners and the emitter continue, and the error is reported as the
 * application's own.
 */

type Listeners<Events> = { [Event in keyof Events]: (...args: never[]) => void };

export class Emitter<Events extends Listeners<Events>> {
  readonly #listeners = new Map<keyof Events, Set<{ listener: (...args: never[]) => void }>>();

  /** Adds a listener. Returns a function that removes it. */
  on<Event extends keyof Events>(event: Event, listener: Events[Event]): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // One object per call, so that the same function can be added twice.
    const entry = { listener };
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  emit<Event extends keyof Events>(event: Event, ...args: Parameters<Events[Event]>): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    for (const entry of [...listeners]) {
      try {
        if (listeners.has(entry)) entry.listener(...args);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** Reports an error as if the application had thrown it at top level. */
function report(error: unknown): void {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}
