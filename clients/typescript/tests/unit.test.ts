/**
 * The parts that put entries and pages in order, tested against a model with thousands of random histories in a second.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Entry, Message } from "emotechat";

import { follow } from "../dist/follow.js";
import { Log } from "../dist/log.js";
import { Timeline, type Recording } from "../dist/timeline.js";
import { Tracker } from "../dist/tracker.js";
import { Model } from "./support/model.js";
import { Random, seeds } from "./support/random.js";

const HISTORIES = 300;
const READER = "user 3";

interface PageRequest {
  page: Message[];
  asOf: number;
  recording: Recording;
  seq?: number;
}

test("Entries in any order and with duplicates are delivered once and in order, even to a reader that is sometimes full", (t) => {
  for (const seed of many(t)) {
    const random = new Random(seed);
    const read: number[] = [];
    let room = 3;
    const tracker = new Tracker(0, {
      deliver: ({ seq }) => {
        assert.ok(room > 0, "a full reader must not receive entries");
        read.push(seq);
        room -= 1;
      },
      isFull: () => room <= 0,
      hasRoom: () => room > 0,
    });
    const count = 1 + random.below(40);
    while (tracker.position < count) {
      // Usually near the position, because entries far ahead are not useful yet.
      tracker.offer({ seq: 1 + random.below(count) } as Entry);
      if (random.chance(0.5)) {
        room = random.below(4);
        tracker.resume();
      }
    }
    assert.deepEqual(
      read,
      Array.from({ length: count }, (_, index) => index + 1),
      `seed ${seed}`,
    );
    assert.equal(tracker.isBehind(count), false);
  }
});

test("A slow reader gets all entries in order, and its buffer is bounded", async () => {
  const count = 3000;
  const entry = (seq: number): Entry => ({ seq }) as Entry;
  let reads = 0;
  const log = new Log({
    read: (after) => {
      reads += 1;
      const entries = Array.from({ length: Math.min(100, count - after) }, (_, index) => entry(after + 1 + index));
      return Promise.resolve({ entries, head_seq: count });
    },
    onGone: () => assert.fail("the conversation is not gone"),
    signal: new AbortController().signal,
  });
  const stop = new AbortController();
  const read: number[] = [];
  const stream = follow(log, 0, [stop.signal]);
  for (let seq = 1; seq <= count; seq += 1) log.offer([entry(seq)]);
  for await (const { seq } of stream) {
    read.push(seq);
    if (seq % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (seq === count) stop.abort();
  }
  assert.deepEqual(
    read,
    Array.from({ length: count }, (_, index) => index + 1),
  );
  assert.ok(reads > 10, `most entries must be read from the log: ${reads} reads`);
});

test("Outdated pages and later entries converge to the messages that the server has", (t) => {
  let stale = 0;
  for (const seed of many(t)) {
    const random = new Random(seed);
    const model = new Model();
    const timeline = new Timeline(READER, (emote) => (emote === "tada" ? "🎉" : undefined));
    const pending: PageRequest[] = [];
    let position = 0;
    let hasPage = false;
    let first: PageRequest | undefined;

    const requestPage = (query: { before?: number; after?: number; limit: number }, seq?: number): PageRequest => {
      const recording = timeline.record();
      const request: PageRequest = {
        page: model.page(query, READER),
        asOf: model.head,
        recording,
        ...(seq !== undefined && { seq }),
      };
      pending.push(request);
      return request;
    };
    const respond = (request: PageRequest): void => {
      pending.splice(pending.indexOf(request), 1);
      timeline.add(request.page, request.asOf, request.recording);
      hasPage ||= request === first;
    };
    const applyNext = (): void => {
      position += 1;
      timeline.apply(model.entry(position, READER));
    };
    const requestStale = (): void => {
      for (const seq of timeline.stale) {
        if (pending.some((request) => request.seq === seq)) continue;
        stale += 1;
        requestPage({ after: seq - 1, limit: 1 }, seq);
      }
    };

    for (let steps = 0; steps < 200; steps += 1) {
      const kind = random.below(8);
      if (kind < 3) model.act(random);
      else if (kind < 6 && position < model.head) applyNext();
      else if (kind === 6 && first === undefined) first = requestPage({ limit: 3 });
      else if (kind === 6 && hasPage && timeline.messages[0] !== undefined)
        requestPage({ before: timeline.messages[0].seq, limit: 2 });
      else if (first !== undefined && !hasPage) respond(first);
      else if (pending.length > 0) respond(random.pick(pending));
      if (hasPage && random.chance(0.5)) requestStale();
    }
    first ??= requestPage({ limit: 3 });
    if (!hasPage) respond(first);
    while (position < model.head) applyNext();
    while (pending.length > 0 || timeline.stale.size > 0) {
      requestStale();
      respond(random.pick(pending));
    }
    const start = timeline.messages[0]?.seq ?? Infinity;
    assert.deepEqual(
      timeline.messages,
      model.page({ after: start - 1, limit: Infinity }, READER).filter(({ seq }) => seq >= start),
      `seed ${seed}`,
    );
  }
  assert.ok(stale > 0, "no message was loaded again");
});

/** Many consecutive seeds from each starting seed. */
function many(t: { diagnostic(text: string): void }): number[] {
  const starts = seeds(1);
  t.diagnostic(`first seeds: ${starts}`);
  return starts.flatMap((start) =>
    Array.from({ length: process.env["EMOTECHAT_SEED"] ? 1 : HISTORIES }, (_, index) => start + index),
  );
}
