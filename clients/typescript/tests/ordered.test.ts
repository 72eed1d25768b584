/**
 * The client's main guarantee, even if the network loses, duplicates, reorders or cuts off frames. The application sees
 * each entry of a conversation once and in order, and ends with the messages that the server has.
 */

import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import { isDeepStrictEqual } from "node:util";

import type { Conversation, Message } from "emotechat";
import { Stack } from "emotechat-testing/stack";

import { Person } from "./support/people.js";
import { seeded, seeds, type Random } from "./support/random.js";
import { Reader } from "./support/reader.js";
import type { Fate, Frame } from "./support/traffic.js";

const STEPS = 20;
const MAX_CUTS = 4;

let stack: Stack;
before(async () => {
  stack = await Stack.start({ parameters: { EntriesPerSender: "1000" } });
});
after(() => stack.stop());

for (const seed of seeds(1, 2)) {
  test(`Everyone reads each entry once and in order while pushes are lost, duplicated, late and cut off: ${seed}`, async (t) => {
    const random = seeded(t, seed);
    // The client's random numbers stay random, but its delays are short.
    const draw = Math.random;
    t.mock.method(Math, "random", () => draw() / 5);
    const people = await Promise.all(["Alice", "Bob", "Carol"].map((name) => Person.join(t, stack, name)));
    const [alice, bob, carol] = people as [Person, Person, Person];
    const group = await alice.chat.group("Harbour", [bob.id, carol.id]);
    const direct = await alice.chat.direct(bob.id);
    await fill(alice, group, 70);

    const readers: { person: Person; reader: Reader }[] = [];
    for (const person of people) {
      for (const conversation of person === carol ? [group] : [group, direct]) {
        const own = await person.in(conversation);
        await own.open();
        readers.push({ person, reader: new Reader(t, own) });
      }
      breakNetwork(person, random);
    }
    await Promise.all([
      ...people.map((person) => chatRandomly(person, group, random, STEPS)),
      chatRandomly(alice, direct, random, STEPS),
      chatRandomly(bob, direct, random, STEPS),
      ...readers.map(({ reader }) => readBack(reader.conversation)),
    ]);

    for (const { person, reader } of readers) {
      const { conversation } = reader;
      const { conversation: state } = await person.chat.api.getConversation(conversation.id);
      await reader.reads(state.head_seq);
      await converges(person, conversation, await allMessages(person, conversation));
      assert.equal(conversation.hasOlder, false);
      assert.deepEqual(summary(conversation.state), summary(state), "the state of the conversation");
    }
    assertFaultsFired(t, people);
  });
}

/** Disturbs everything that is pushed. The heartbeat must find the last losses, so it runs every second here. */
function breakNetwork({ proxy }: Person, random: Random): void {
  proxy.rewrite = shortenHeartbeat;
  proxy.cut();
  proxy.fate = (frame): Fate => {
    if (proxy.counts.cut < MAX_CUTS && random.chance(0.03)) setImmediate(() => proxy.cut());
    if (frame.type !== "event") return "pass";
    return random.pick<Fate>(["pass", "pass", "pass", "drop", "double", "late"]);
  };
}

function shortenHeartbeat(frame: Frame): Frame {
  if (frame.type !== "reply" || frame.action !== "hello") return frame;
  return { ...frame, data: { ...frame.data, heartbeat_seconds: 1 } };
}

/** A test in which no fault occurred proves nothing. */
function assertFaultsFired(t: TestContext, people: Person[]): void {
  const fired = { drop: 0, double: 0, late: 0, cut: 0 };
  for (const { proxy } of people) {
    for (const fault of ["drop", "double", "late", "cut"] as const) fired[fault] += proxy.counts[fault];
  }
  t.diagnostic(`faults: ${JSON.stringify(fired)}`);
  for (const [fault, count] of Object.entries(fired)) assert.ok(count > 0, `${fault} never happened`);
}

/** Adds more history than the first page holds. */
async function fill(person: Person, conversation: Conversation, count: number): Promise<void> {
  const own = await person.in(conversation);
  await Promise.all(Array.from({ length: count }, (_, index) => own.send(`Earlier ${index}`).done));
}

/** Sends, edits, deletes and reacts at random. */
async function chatRandomly(person: Person, { id }: Conversation, random: Random, steps: number): Promise<void> {
  const conversation = await person.chat.conversation(id);
  for (let step = 0; step < steps; step += 1) {
    const known = conversation.messages.filter(({ deleted }) => !deleted);
    const own = known.filter(({ sender_id }) => sender_id === person.id);
    const kind = random.below(10);
    const target = known.length === 0 ? undefined : random.pick(known.slice(-15));
    try {
      if (kind < 4 || target === undefined) await conversation.send(`${person.name} ${step}`).done;
      else if (kind === 4) await conversation.send(`Re ${step}`, { replyTo: target.seq }).done;
      else if (kind === 5 && own.length > 0) await conversation.edit(random.pick(own).seq, `Better ${step} :tada:`);
      else if (kind === 6 && own.length > 0) await conversation.delete(random.pick(own).seq);
      else if (kind === 7) await conversation.unreact(target.seq, "tada");
      else await conversation.react(target.seq, random.pick(["tada", "heart", "+1"]));
    } catch (problem) {
      // Someone else deleted the message first.
      if ((problem as { code?: string }).code !== "message_deleted") throw problem;
    }
  }
}

/** Loads pages back to the first message while others are writing. */
async function readBack(conversation: Conversation): Promise<void> {
  while (conversation.hasOlder) await conversation.loadOlder();
}

async function allMessages({ chat }: Person, { id }: Conversation): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { messages, has_more } = await chat.api.listMessages(id, {
      limit: 100,
      ...(all[0] && { before: all[0].seq }),
    });
    all.unshift(...messages);
    if (!has_more) return all;
  }
}

/** Waits until the client shows exactly these messages. */
async function converges(person: Person, conversation: Conversation, messages: Message[]): Promise<void> {
  const same = (): boolean => isDeepStrictEqual(conversation.messages, messages);
  await person.sees("the messages that the server has", same, conversation).catch((late: unknown) => {
    assert.deepEqual(conversation.messages, messages, `what ${person.name} shows`);
    throw late;
  });
}

/** The part of the state that a client keeps up to date. */
function summary({
  head_seq,
  last_message,
  unread_count,
  read_seq,
  title,
  member_count,
}: Conversation["state"]): object {
  return { head_seq, last_message, unread_count, read_seq, title, member_count };
}
