/** Typed listeners. One that throws harms neither the others nor whoever tells them: its error is the application's, and is reported there. */

type Listeners<Events> = { [Event in keyof Events]: (...args: never[]) => void };

export class Emitter<Events extends Listeners<Events>> {
  readonly #listeners = new Map<keyof Events, Set<{ listener: (...args: never[]) => void }>>();

  /** Gives what ends the listening. */
  on<Event extends keyof Events>(event: Event, listener: Events[Event]): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // An object for each, so that one function may listen twice.
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

/** As what an application threw at its own top level. */
function report(error: unknown): void {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}
