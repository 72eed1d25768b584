/**
 * Tests wait for events, never for time: a condition is looked at again whenever something happens, until a deadline
 * that fails with what was seen by then.
 */

import { inspect } from "node:util";

/** How long anything may take, on a busy machine too. */
export const PATIENCE_MS = 30_000;

type Subscribe = (again: () => void) => () => void;

/** Waits until `check` is true, looking again at every event; fails with `seen()` past the deadline. */
export function until(what: string, check: () => boolean, seen: () => unknown, ...events: Subscribe[]): Promise<void> {
  if (check()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(late);
      for (const unsubscribe of subscriptions) unsubscribe();
      settle();
    };
    const late = setTimeout(() => {
      end(() => reject(new Error(`Waited in vain until ${what}. Seen: ${sight(seen)}`)));
    }, PATIENCE_MS);
    const subscriptions = events.map((subscribe) =>
      subscribe(() => {
        if (check()) end(resolve);
      }),
    );
  });
}

/** What a promise comes to, if it does before the deadline; else fails with `seen()`. */
export function inTime<T>(what: string, promise: Promise<T>, seen: () => unknown = () => undefined): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`Waited in vain for ${what}. Seen: ${sight(seen)}`)), PATIENCE_MS);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(late));
}

function sight(seen: () => unknown): string {
  return inspect(seen(), { depth: 6, maxArrayLength: 60, breakLength: 140 });
}

/** What happened, in order, and the waiting for more. */
export class Happenings<T> {
  readonly all: T[] = [];
  readonly #listeners = new Set<() => void>();

  add(happening: T): void {
    this.all.push(happening);
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
    matches: ((happening: T) => happening is S) | ((happening: T) => boolean),
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
  async untilCount(what: string, count: number, matches: (happening: T) => boolean, mark = 0): Promise<T[]> {
    const found = (): T[] => this.all.slice(mark).filter(matches);
    await until(
      what,
      () => found().length >= count,
      () => this.all.slice(mark).slice(-60),
      this.changed,
    );
    return found();
  }

  readonly changed: Subscribe = (again) => {
    this.#listeners.add(again);
    return () => this.#listeners.delete(again);
  };
}
