/**
 * What an application reads of a conversation, by both ways that the client offers. Every entry has to come once and in
 * order on each: the first that does not is remembered, and fails whoever waits.
 */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";

import type { Conversation, Entry } from "emotechat";

import { EventLog } from "emotechat-testing/waiting";

export class Reader {
  readonly followed = new EventLog<Entry>();
  readonly emitted = new EventLog<Entry>();
  /** Settles when `follow` has come to its end. */
  readonly end: Promise<void>;
  readonly #stop = new AbortController();

  constructor(
    test: TestContext,
    readonly conversation: Conversation,
    after = 0,
  ) {
    const unsubscribe = conversation.on("entry", (entry) => this.emitted.add(entry));
    this.end = this.#follow(after);
    // Whoever awaits it is told; nobody has to.
    this.end.catch(() => undefined);
    test.after(() => {
      unsubscribe();
      this.stop();
    });
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Waits until both ways have come to this number, then sees that they came without gap, double or disorder. */
  async reads(head: number): Promise<void> {
    await this.followed.until(`entry ${head} was followed`, ({ seq }) => seq >= head);
    await this.emitted.until(`entry ${head} was emitted`, ({ seq }) => seq >= head);
    this.assertInOrder();
  }

  /** Each entry once, in order: `follow` from its first on, events from whichever came first. */
  assertInOrder(first = 1): void {
    const numbers = ({ all }: EventLog<Entry>): number[] => all.map(({ seq }) => seq);
    const followed = numbers(this.followed);
    assert.deepEqual(
      followed,
      followed.map((_, index) => first + index),
      "what was followed",
    );
    const emitted = numbers(this.emitted);
    assert.deepEqual(
      emitted,
      emitted.map((_, index) => (emitted[0] ?? 0) + index),
      "what was emitted",
    );
    for (const entry of this.followed.all) assert.equal(entry.conversation_id, this.conversation.id);
  }

  async #follow(after: number): Promise<void> {
    for await (const entry of this.conversation.follow({ after, signal: this.#stop.signal })) {
      this.followed.add(entry);
    }
  }
}
