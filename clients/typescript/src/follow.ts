/** The entries of a conversation as an async iterator, with back pressure: a reader that is slow is read for later. */
import type { Log } from "./log.js";
import { Tracker } from "./tracker.js";
import type { Entry } from "./types.js";

/** Entries that wait for a reader. With half of them left, more are read. */
const QUEUE_SIZE = 500;

/** Each entry after `after`, once, in order; ends when one of the signals does, after what waits by then. */
export function follow(log: Log, after: number, signals: readonly AbortSignal[]): AsyncIterableIterator<Entry> {
  const queue: Entry[] = [];
  const pending: ((result: IteratorResult<Entry>) => void)[] = [];
  let isOver = false;

  const tracker = new Tracker(after, {
    deliver: (entry) => {
      const settle = pending.shift();
      if (settle === undefined) queue.push(entry);
      else settle({ done: false, value: entry });
    },
    isFull: () => queue.length >= QUEUE_SIZE,
    hasRoom: () => queue.length <= QUEUE_SIZE / 2,
  });
  const end = () => {
    isOver = true;
    log.remove(tracker);
    for (const signal of signals) signal.removeEventListener("abort", end);
    for (const settle of pending.splice(0)) settle({ done: true, value: undefined });
  };
  for (const signal of signals) signal.addEventListener("abort", end);
  if (signals.some(({ aborted }) => aborted)) end();
  else log.add(tracker);

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const entry = queue.shift();
      if (entry !== undefined) {
        if (!isOver) {
          tracker.resume();
          log.catchUp(0);
        }
        return Promise.resolve({ done: false, value: entry });
      }
      if (isOver) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve) => pending.push(resolve));
    },
    return() {
      queue.length = 0;
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
