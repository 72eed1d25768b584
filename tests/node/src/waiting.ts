/**
 * Tests wait for events and never sleep. A condition is checked again after each event. After a deadline, the wait
 * fails and shows what was seen.
 */

import { inspect } from "node:util";

/** Maximum duration of any wait, long enough for a busy machine. */
export const TIMEOUT_MS = 30_000;

type Subscribe = (listener: () => void) => () => void;

/** Waits until `check` is true, checking again after each event. Fails with `seen()` after the deadline. */
export function until(what: string, check: () => boolean, seen: () => unknown, ...events: Subscribe[]): Promise<void> {
  if (check()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(late);
      for (const unsubscribe of subscriptions) unsubscribe();
      settle();
    };
    const late = setTimeout(() => {
      end(() => reject(new Error(`Timed out waiting until ${what}. Seen: ${format(seen)}`)));
    }, TIMEOUT_MS);
    const subscriptions = events.map((subscribe) =>
      subscribe(() => {
        if (check()) end(resolve);
      }),
    );
  });
}

/** Waits for a promise. Fails with `seen()` after the deadline. */
export function withDeadline<T>(what: string, promise: Promise<T>, seen: () => unknown = () => undefined): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`Timed out waiting for ${what}. Seen: ${format(seen)}`)), TIMEOUT_MS);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(late));
}

function format(seen: () => unknown): string {
  return inspect(seen(), { depth: 6, maxArrayLength: 60, breakLength: 140 });
}

/** Records events in order, and waits for more. */
export class EventLog<T> {
  readonly all: T[] = [];
  readonly #listeners = new Set<() => void>();

  add(event: T): void {
    this.all.push(event);
    for (const listener of [...this.#listeners]) listener();
  }

  /** A position in the record. Pass it to see only later events. */
  get mark(): number {
    return this.all.length;
  }

  since(mark: number): T[] {
    return this.all.slice(mark);
  }

  /** Waits for the first matching event after the mark. It may already be recorded. */
  async until<S extends T>(
    what: string,
    matches: ((event: T) => event is S) | ((event: T) => boolean),
    mark = 0,
  ): Promise<S> {
    const find = (): T | undefined => this.all.slice(mark).find(matches);
    await until(
      what,
      () => find() !== undefined,
      () => this.all.slice(mark).slice(-60),
      this.changed,
    );
    return find() as S;
  }

  /** Waits until `count` matching events are recorded after the mark. */
  async untilCount(what: string, count: number, matches: (event: T) => boolean, mark = 0): Promise<T[]> {
    const found = (): T[] => this.all.slice(mark).filter(matches);
    await until(
      what,
      () => found().length >= count,
      () => this.all.slice(mark).slice(-60),
      this.changed,
    );
    return found();
  }

  readonly changed: Subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
