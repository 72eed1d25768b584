/**
 * Tests wait for events, never for time: a condition is looked at listener whenever something happens, until a deadline
 * that fails with what was seen by then.
 */

import { inspect } from "node:util";

/** How long anything may take, on a busy machine too. */
export const TIMEOUT_MS = 30_000;

type Subscribe = (listener: () => void) => () => void;

/** Waits until `check` is true, looking listener at every event; fails with `seen()` past the deadline. */
export function until(what: string, check: () => boolean, seen: () => unknown, ...events: Subscribe[]): Promise<void> {
  if (check()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(late);
      for (const unsubscribe of subscriptions) unsubscribe();
      settle();
    };
    const late = setTimeout(() => {
      end(() => reject(new Error(`Waited in vain until ${what}. Seen: ${format(seen)}`)));
    }, TIMEOUT_MS);
    const subscriptions = events.map((subscribe) =>
      subscribe(() => {
        if (check()) end(resolve);
      }),
    );
  });
}

/** What a promise comes to, if it does before the deadline; else fails with `seen()`. */
export function withDeadline<T>(what: string, promise: Promise<T>, seen: () => unknown = () => undefined): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`Waited in vain for ${what}. Seen: ${format(seen)}`)), TIMEOUT_MS);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(late));
}

function format(seen: () => unknown): string {
  return inspect(seen(), { depth: 6, maxArrayLength: 60, breakLength: 140 });
}

/** What happened, in order, and the waiting for more. */
export class EventLog<T> {
  readonly all: T[] = [];
  readonly #listeners = new Set<() => void>();

  add(event: T): void {
    this.all.push(event);
    for (const listener of [...this.#listeners]) listener();
  }

  /** A place in the record, to look only at what came after it. */
  get mark(): number {
    return this.all.length;
  }

  since(mark: number): T[] {
    return this.all.slice(mark);
  }

  /** The first of its kind after the mark, whether it is there already or comes. */
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

  /** Until so many of a kind came after the mark. */
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
