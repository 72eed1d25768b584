/** Reads a conversation with `follow` and with a listener. Each must deliver every entry once and in order. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";

import type { Conversation, Entry } from "emotechat";
import { EventLog } from "emotechat-testing/waiting";

export class Reader {
  readonly followed = new EventLog<Entry>();
  readonly emitted = new EventLog<Entry>();
  /** Settles when `follow` ends. */
  readonly end: Promise<void>;
  readonly #stop = new AbortController();

  constructor(
    test: TestContext,
    readonly conversation: Conversation,
    after = 0,
  ) {
    const unsubscribe = conversation.on("entry", (entry) => this.emitted.add(entry));
    this.end = this.#follow(after);
    // Tests may ignore `end`, so a rejection must not be unhandled.
    this.end.catch(() => undefined);
    test.after(() => {
      unsubscribe();
      this.stop();
    });
  }

  stop(): void {
    this.#stop.abort();
  }

  /**
   * Waits until both have reached this number, then asserts that no entry is missing, duplicated or out of order.
   */
  async reads(head: number): Promise<void> {
    await this.followed.until(`entry ${head} was followed`, ({ seq }) => seq >= head);
    await this.emitted.until(`entry ${head} was emitted`, ({ seq }) => seq >= head);
    this.assertInOrder();
  }

  /** Asserts that each entry came once and in order. `follow` starts with `first`, the listener with any entry. */
  assertInOrder(first = 1): void {
    const numbers = ({ all }: EventLog<Entry>): number[] => all.map(({ seq }) => seq);
    const followed = numbers(this.followed);
    assert.deepEqual(
      followed,
      followed.map((_, index) => first + index),
      "entries from follow",
    );
    const emitted = numbers(this.emitted);
    assert.deepEqual(
      emitted,
      emitted.map((_, index) => (emitted[0] ?? 0) + index),
      "entries from the listener",
    );
    for (const entry of this.followed.all) assert.equal(entry.conversation_id, this.conversation.id);
  }

  async #follow(after: number): Promise<void> {
    for await (const entry of this.conversation.follow({ after, signal: this.#stop.signal })) {
      this.followed.add(entry);
    }
  }
}
