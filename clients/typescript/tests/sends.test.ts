/** Every sent message is in the log once and in the order of sending, even if requests or responses are lost. */

import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";

import type { Conversation, Message, Sending } from "emotechat";
import { Stack } from "emotechat-testing/stack";
import { withDeadline, until } from "emotechat-testing/waiting";

import { shiftClock } from "./support/clock.js";
import { Person } from "./support/people.js";
import type { NetworkEvent } from "./support/traffic.js";
import type { HttpFault } from "./support/proxy-http.js";
import { seeded, seeds } from "./support/random.js";
import { recordDelays } from "./support/timers.js";

const HOUR_MS = 3_600_000;
const SENDS = { method: "POST", path: /\/messages$/ };

let stack: Stack;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());

test("A message whose response is lost is in the log once", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.once(SENDS, "lose_response");
  const message = await stored(conversation.send("Did you get this?"));
  assert.deepEqual(await logContents(alice, conversation), ["Did you get this?"]);
  assert.equal(message.seq, 1);
  assert.deepEqual(conversation.sending, []);
});

test("A message whose response and push are both lost is in the log once", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.fate = ({ type }) => (type === "event" ? "drop" : "pass");
  alice.proxy.times(2, SENDS, "lose_response");
  await stored(conversation.send("And this?"));
  assert.deepEqual(await logContents(alice, conversation), ["And this?"]);
});

test("A message whose request is lost is sent again", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.times(2, SENDS, "lose_request");
  await stored(conversation.send("Twice lost"));
  assert.deepEqual(await logContents(alice, conversation), ["Twice lost"]);
});

test("A message confirmed by its push does not delay the messages after it", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  t.mock.method(Math, "random", () => 0.999);
  alice.proxy.once(SENDS, "lose_response");
  alice.proxy.fate = ({ event }) => (event === "entry" ? "late" : "pass");
  const [first, second] = [conversation.send("first"), conversation.send("second")];
  await untilState(conversation, first, "waiting");
  const { mark } = alice.proxy.events;
  alice.proxy.fate = () => "pass";
  alice.proxy.release();
  await stored(first);
  await alice.proxy.events.until("the next one is sent", (one) => one.type === "request", mark);
  await stored(second);
  assert.deepEqual(await logContents(alice, conversation), ["first", "second"]);
  assert.equal(alice.proxy.events.since(mark).filter(isSend).length, 1, "the first was not sent again");
});

for (const seed of seeds(4, 5)) {
  test(`Twenty messages keep their order despite lost requests, lost responses and failures: ${seed}`, async (t) => {
    const random = seeded(t, seed);
    const { alice, bob, conversation } = await aliceAndBob(t);
    const theirs = await bob.in(conversation);
    // Random delays stay random, but they are short.
    const draw = Math.random;
    t.mock.method(Math, "random", () => draw() / 10);
    let faults = 0;
    alice.proxy.chaos = (method, path) => {
      if (method !== SENDS.method || !SENDS.path.test(path) || random.chance(0.5)) return undefined;
      faults += 1;
      return random.pick<HttpFault>([
        "lose_request",
        "lose_response",
        { status: 503 },
        { status: 500, code: "internal" },
      ]);
    };
    const texts = Array.from({ length: 20 }, (_, index) => `Message ${index}`);
    const sent = texts.map((text) => conversation.send(text));
    assert.deepEqual(
      conversation.sending.map(({ content }) => content),
      texts,
      "all are shown immediately",
    );
    const messages = await Promise.all(sent.map(stored));
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      texts.map((_, index) => index + 1),
    );
    assert.deepEqual(await logContents(bob, theirs), texts);
    assert.deepEqual(conversation.sending, []);
    assert.ok(faults > 5, "too few faults fired");
  });
}

test("A throttled message waits as long as the server requires", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.once(SENDS, { status: 429, code: "too_many_messages", retryAfter: 2 });
  t.mock.method(Math, "random", () => 0.1);
  const delays = recordDelays(t);
  const sending = conversation.send("patience");
  await untilState(conversation, sending, "waiting");
  assert.equal(current(conversation, sending)?.problem?.code, "too_many_messages");
  assert.equal(current(conversation, sending)?.problem?.retryAfter, 2);
  await stored(sending);
  assert.ok(
    delays.some((ms) => ms >= 2000 && ms < 2500),
    `requested delays: ${delays}`,
  );
});

test("More messages than the limit allows are all in the log, in order", async (t) => {
  const strict = await Stack.start({ parameters: { EntriesPerSender: "3" } });
  t.after(() => strict.stop());
  const { alice, conversation } = await aliceAndBob(t, strict);
  const texts = Array.from({ length: 5 }, (_, index) => `Haste ${index}`);
  await Promise.all(texts.map((text) => stored(conversation.send(text))));
  assert.deepEqual(await logContents(alice, conversation), texts);
  const throttled = alice.proxy.events.all.filter((one) => one.type === "request" && one.status === 429);
  assert.ok(throttled.length > 0, "the server throttled none");
});

test("A message that the server can never accept fails, and the messages after it are sent", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  const long = conversation.send("x".repeat(4001));
  const next = conversation.send("short");
  await stored(next);
  const failed = current(conversation, long);
  assert.equal(failed?.state, "failed");
  assert.equal(failed?.problem?.code, "invalid_request");
  assert.equal(failed?.problem?.isTransient, false);
  assert.deepEqual(
    conversation.sending.map(({ clientId }) => clientId),
    [long.clientId],
  );

  failed.discard();
  await assert.rejects(long.done);
  assert.deepEqual(conversation.sending, []);
  assert.deepEqual(await logContents(alice, conversation), ["short"]);
});

test("A failed message is sent after a retry", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.once(SENDS, { status: 403, code: "forbidden" });
  const sending = conversation.send("Once more");
  await untilState(conversation, sending, "failed");
  current(conversation, sending)?.retry();
  assert.equal((await stored(sending)).content, "Once more");
  assert.deepEqual(await logContents(alice, conversation), ["Once more"]);
});

test("Messages written offline are shown immediately, and sent in order when the network is back", async (t) => {
  const { alice, bob, conversation } = await aliceAndBob(t);
  await conversation.open();
  alice.proxy.goOffline();
  const sent = ["one", "two", "three"].map((text) => conversation.send(text));
  assert.deepEqual(
    conversation.sending.map(({ content }) => content),
    ["one", "two", "three"],
  );
  const [first] = sent as [Sending];
  await untilState(conversation, first, "waiting");
  assert.equal(current(conversation, first)?.problem?.code, "network");
  await stored((await bob.in(conversation)).send("Are you there?"));

  alice.proxy.goOnline();
  alice.chat.reconnectNow();
  await Promise.all(sent.map(stored));
  const log = ["Are you there?", "one", "two", "three"];
  assert.deepEqual(await logContents(alice, conversation), log);
  await alice.sees("all four", () => conversation.messages.length === 4, conversation);
  assert.deepEqual(
    conversation.messages.map(({ content }) => content),
    log,
  );
});

test("Unsent messages survive a reload and are in the log once, even if a response was lost", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.fate = ({ type }) => (type === "event" ? "drop" : "pass");
  alice.proxy.once(SENDS, "lose_response");
  alice.proxy.chaos = (method) => (method === "POST" ? "lose_request" : undefined);
  const stored = conversation.send("stored already");
  conversation.send("not sent yet", { replyTo: 1 });
  await untilState(conversation, stored, "waiting");
  alice.proxy.goOffline();

  const again = alice.reload();
  assert.equal((await again.chat.resume())?.name, "Alice");
  again.proxy.heal();
  await again.connects();
  const resumed = await again.in(conversation);
  await again.sees("no unsent messages", () => resumed.sending.length === 0, resumed);
  assert.deepEqual(await logContents(again, resumed), ["stored already", "not sent yet"]);
  const [, second] = (await again.chat.api.listMessages(conversation.id)).messages;
  assert.equal(second?.reply_to, 1);
});

test("Unsent messages from storage are shown before they are sent", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.goOffline();
  conversation.send("kept");
  const again = alice.reload();
  assert.equal((await again.chat.resume())?.name, "Alice");
  again.proxy.goOnline();
  again.proxy.times(2, SENDS, "lose_request");
  await again.connects();
  const resumed = await again.in(conversation);
  assert.deepEqual(
    resumed.sending.map(({ content }) => content),
    ["kept"],
  );
  await again.sees("no unsent messages", () => resumed.sending.length === 0, resumed);
  assert.deepEqual(await logContents(again, resumed), ["kept"]);
});

for (const [how, ms] of [
  ["ahead", HOUR_MS],
  ["behind", -HOUR_MS],
] as const) {
  test(`A clock that is an hour ${how} does not prevent sending`, async (t) => {
    shiftClock(t, ms);
    const { alice, conversation } = await aliceAndBob(t);
    const { created_at, client_id } = await stored(conversation.send("What time is it?"));
    const difference = Math.abs(timeOf(client_id) - Date.parse(created_at));
    assert.ok(difference < 5000, `the id differs from the server's time by ${difference} ms`);
    assert.deepEqual(await logContents(alice, conversation), ["What time is it?"]);
  });

  test(`A clock that moves an hour ${how} between messages does not prevent sending`, async (t) => {
    const { alice, conversation } = await aliceAndBob(t);
    shiftClock(t, ms);
    await stored(conversation.send("What time is it?"));
    assert.deepEqual(await logContents(alice, conversation), ["What time is it?"]);
  });
}

test("A clock that jumps while the network is down does not prevent sending", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  alice.proxy.goOffline();
  shiftClock(t, HOUR_MS);
  const sending = conversation.send("What time is it?");
  await untilState(conversation, sending, "waiting");
  alice.proxy.goOnline();
  alice.chat.reconnectNow();
  await stored(sending);
  assert.deepEqual(await logContents(alice, conversation), ["What time is it?"]);
});

test("A message is always shown exactly once, whether its response or its push arrives first", async (t) => {
  const { alice, conversation } = await aliceAndBob(t);
  await conversation.open();
  let release = (): void => undefined;
  alice.proxy.once(SENDS, { responseUntil: new Promise<void>((resolve) => (release = resolve)) });
  const shown: number[] = [];
  let id = "";
  const count = (): void => {
    const ids = [
      ...conversation.messages.map(({ client_id }) => client_id),
      ...conversation.sending.map(({ clientId }) => clientId),
    ];
    if (id !== "") shown.push(ids.filter((one) => one === id).length);
  };
  t.after(conversation.on("change", count));

  const pushed = conversation.send("by push");
  id = pushed.clientId;
  await alice.sees("her own message", () => conversation.messages.length === 1, conversation);
  release();
  await stored(pushed);

  alice.proxy.fate = ({ type }) => (type === "event" ? "drop" : "pass");
  const responded = conversation.send("by response");
  id = responded.clientId;
  await stored(responded);
  await alice.sees("her own message", () => conversation.messages.length === 2, conversation);
  assert.deepEqual(new Set(shown), new Set([1]));
});

async function aliceAndBob(
  t: TestContext,
  on: Stack = stack,
): Promise<{ alice: Person; bob: Person; conversation: Conversation }> {
  const [alice, bob] = await Promise.all([Person.join(t, on, "Alice"), Person.join(t, on, "Bob")]);
  return { alice, bob, conversation: await alice.chat.direct(bob.id) };
}

/** The texts in the server's log. */
async function logContents({ chat }: Person, { id }: Conversation): Promise<(string | null)[]> {
  const { entries } = await chat.api.listEntries(id, { limit: 100 });
  return entries.map((entry) => (entry.type === "message" ? entry.content : entry.type));
}

function isSend(one: NetworkEvent): boolean {
  return one.type === "request" && one.method === SENDS.method && SENDS.path.test(one.path);
}

/** Waits for the stored message, with a deadline. */
function stored(sending: Sending): Promise<Message> {
  return withDeadline(`"${sending.content.slice(0, 20)}" to be stored`, sending.done);
}

/** The current form of an unsent message. Found by its text, because its id can change. */
function current(conversation: Conversation, sending: Sending): Sending | undefined {
  return conversation.sending.find(({ content }) => content === sending.content);
}

async function untilState(conversation: Conversation, sending: Sending, state: Sending["state"]): Promise<void> {
  await until(
    `"${sending.content.slice(0, 20)}" is ${state}`,
    () => current(conversation, sending)?.state === state,
    () => conversation.sending,
    (again) => conversation.on("change", again),
  );
}

/** The timestamp of a UUIDv7, in milliseconds. */
function timeOf(clientId: string): number {
  return Number.parseInt(clientId.replaceAll("-", "").slice(0, 12), 16);
}
