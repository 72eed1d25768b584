/**
 * The entries of a conversation as an async iterator with back pressure. A slow reader's entries are read from the log
 * later.
 */
import type { Log } from "./log.js";
import { Tracker } from "./tracker.js";
import type { Entry } from "./types.js";

/** Entries buffered for a reader. More are read once it is half empty. */
const QUEUE_SIZE = 500;

/**
 * Yields every entry after `after`, once and in order. Ends when one of the signals is aborted, after the buffered
 * entries.
 */
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
