/**
 * The life of the socket: a ticket for each, a heartbeat that finds what was lost, the next one before the last one ends,
 * jittered backoff after every loss, and an end when the session is over.
 */

import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";

import type { Conversation } from "emotechat";

import { Person, PASSWORD } from "./support/people.js";
import type { Frame, NetworkEvent } from "./support/traffic.js";
import { Reader } from "./support/reader.js";
import { Stack } from "emotechat-testing/stack";
import { recordDelays, shortenDelays } from "./support/timers.js";

const isOpened = (one: NetworkEvent): boolean => one.type === "socket_opened";
const isRefused = (one: NetworkEvent): boolean => one.type === "socket_refused";
const isClosed = (one: NetworkEvent): boolean => one.type === "socket_closed";
const isRequest =
  (action: string) =>
  (one: NetworkEvent): boolean =>
    one.type === "frame" && one.way === "up" && one.frame.action === action;

const HOUR_MS = 3_600_000;

let stack: Stack;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());

test("Each socket is opened with a ticket of its own, as a subprotocol", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  for (let cuts = 1; cuts <= 3; cuts += 1) {
    const mark = alice.proxy.events.mark;
    alice.proxy.cut();
    await alice.proxy.events.until("another socket is opened", isOpened, mark);
    await alice.isOnline();
  }
  const tickets = alice.proxy.events.all.flatMap((one) => (one.type === "socket_opened" ? [one.ticket] : []));
  assert.equal(tickets.length, 4);
  assert.equal(new Set(tickets).size, 4);
  for (const ticket of tickets) assert.match(ticket ?? "", /^ticket\../);
});

test("The first frame is hello, the second sync, and sync is the heartbeat", async (t) => {
  const alice = await Person.signUp(t, stack, "Alice");
  alice.proxy.rewrite = hello({ heartbeat_seconds: 1 });
  await alice.connects();
  await alice.proxy.events.untilCount("sync was asked three times", 3, isRequest("sync"));
  const actions = alice.proxy.events.all.flatMap((one) =>
    one.type === "frame" && one.way === "up" ? [one.frame.action] : [],
  );
  assert.deepEqual(actions.slice(0, 2), ["hello", "sync"]);
});

test("The heartbeat finds a push that was lost, though nothing comes after it", async (t) => {
  const { alice, bob, theirs, reader } = await aliceAndBob(t, { heartbeat_seconds: 1 });
  alice.proxy.fate = ({ event }) => (event === "entry" ? "drop" : "pass");
  const { seq } = await theirs.send("Nobody told you").done;
  await reader.reads(seq);
  assert.equal(alice.proxy.counts.drop, 1);
  assert.equal(bob.proxy.counts.drop, 0);
});

test("A gap is closed as soon as it is seen", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t);
  let lost = 0;
  alice.proxy.fate = ({ event }) => (event === "entry" && (lost += 1) <= 2 ? "drop" : "pass");
  for (const text of ["lost", "lost too", "heard"]) await theirs.send(text).done;
  await reader.reads(3);
  assert.equal(alice.proxy.counts.drop, 2);
});

test("The next socket is open before the last one is closed, and nothing is missed over it", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t, (frame, first) => (first ? endsIn(frame, 3) : frame));
  let mark = alice.proxy.events.mark;
  const opened = alice.proxy.events.until("the next socket is opened", isOpened, mark);
  for (let count = 1; count <= 5; count += 1) await theirs.send(`Meanwhile ${count}`).done;
  const next = (await opened) as NetworkEvent & { type: "socket_opened" };
  assert.equal(next.open, 2, "both were open");
  await alice.proxy.events.until("the last socket is closed", isClosed, mark);
  mark = alice.proxy.events.mark;
  const { seq } = await theirs.send("And after it").done;
  await reader.reads(seq);
  assert.ok(
    alice.statuses
      .slice(alice.statuses.findIndex(({ state }) => state === "online"))
      .every(({ state }) => state === "online"),
  );
  assert.equal(alice.proxy.open, 1);
});

test("A socket of two hours is replaced in its last part, when exactly is drawn by lot", async (t) => {
  const delays = recordDelays(t);
  for (const draw of [0, 0.999]) {
    t.mock.method(Math, "random", () => draw);
    await Person.join(t, stack, "Alice");
  }
  const renewals = delays.filter((ms) => ms > HOUR_MS);
  assert.equal(renewals.length, 2);
  const [early, late] = renewals as [number, number];
  assert.ok(early > 1.5 * HOUR_MS && late < 2 * HOUR_MS - 60_000, `${renewals}`);
  assert.ok(late - early > 300_000, `minutes lie between them: ${renewals}`);
});

test("A socket that takes all and gives nothing is noticed by the heartbeat, and replaced", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t, { heartbeat_seconds: 1 });
  // What an answer may take.
  shortenDelays(t, 10_000, 20_000);
  alice.proxy.blackHole();
  const { mark } = alice.proxy.events;
  const { seq } = await theirs.send("Is this thing on?").done;
  await alice.proxy.events.until("another socket is opened", isOpened, mark);
  await reader.reads(seq);
});

test("A socket that takes all and gives nothing is noticed sooner when somebody asks", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t);
  shortenDelays(t, 5000, 20_000);
  alice.proxy.blackHole();
  const { mark } = alice.proxy.events;
  const { seq } = await theirs.send("Is this thing on?").done;
  alice.chat.reconnectNow();
  await alice.proxy.events.until("another socket is opened", isOpened, mark);
  await reader.reads(seq);
});

test("Delays between tries grow, and are drawn by lot", async (t) => {
  const firsts: number[] = [];
  for (const draw of [0.05, 0.1]) {
    const alice = await Person.join(t, stack, "Alice");
    t.mock.method(Math, "random", () => draw);
    const waits: number[] = [];
    alice.chat.on("status", (status) => {
      if (status.state === "waiting") waits.push(status.retryAt - Date.now());
    });
    alice.proxy.refuseSockets(503);
    alice.proxy.cut();
    await alice.proxy.events.untilCount("three tries were refused", 3, isRefused);
    alice.proxy.refuseSockets(undefined);
    await alice.isOnline();
    for (const [index, wait] of waits.entries()) {
      assert.ok(index === 0 || wait > (waits[index - 1] ?? 0) * 1.5, `each is longer than the last: ${waits}`);
    }
    firsts.push(waits[0] ?? 0);
  }
  assert.ok((firsts[1] ?? 0) > (firsts[0] ?? 0) * 1.5, `other lots, other delays: ${firsts}`);
});

test("A button that tries now does not wait for the delay", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  t.mock.method(Math, "random", () => 0.999);
  const mark = alice.proxy.events.mark;
  alice.proxy.refuseSockets("cut");
  alice.proxy.cut();
  for (let tries = 1; tries <= 6; tries += 1) {
    await alice.status("waiting");
    if (tries === 6) alice.proxy.refuseSockets(undefined);
    alice.chat.reconnectNow();
    if (tries < 6) await alice.proxy.events.untilCount(`${tries} tries were cut`, tries, isRefused, mark);
  }
  await alice.isOnline();
});

test("What is slow to open, or refused with 401, is tried again with another ticket", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  const used = alice.proxy.events.all.find((one) => one.type === "socket_opened") as { ticket: string };
  const mark = alice.proxy.events.mark;
  // A ticket admits one socket, once: the stack itself refuses this one.
  alice.proxy.once(
    { path: /ticket$/ },
    { change: (answer) => ({ ...answer, ticket: used.ticket.slice("ticket.".length) }) },
  );
  alice.proxy.cut();
  const refused = (await alice.proxy.events.until("the used ticket is refused", isRefused, mark)) as {
    status: number;
  };
  assert.equal(refused.status, 401);
  await alice.proxy.events.until("another socket is opened", isOpened, mark);
  await alice.isOnline();
  assert.deepEqual(alice.ended, []);
});

test("A server that is killed and comes back loses nothing, and both sides go on", async (t) => {
  const durable = await Stack.start({ durable: true });
  t.after(() => durable.stop());
  const { alice, bob, mine, theirs, reader } = await aliceAndBob(t, {}, durable);
  const others = new Reader(t, theirs);
  await theirs.send("before").done;
  await reader.reads(1);
  await durable.kill();
  const [one, other] = [mine.send("from Alice, meanwhile"), theirs.send("from Bob, meanwhile")];
  await Promise.all([alice.status("waiting"), bob.status("waiting")]);
  await durable.restart();
  alice.chat.reconnectNow();
  bob.chat.reconnectNow();
  await Promise.all([one.done, other.done]);
  const { seq } = await mine.send("after").done;
  await Promise.all([reader.reads(seq), others.reads(seq)]);
  assert.equal(seq, 4);
  assert.deepEqual(reader.followed.all, others.followed.all);
});

for (const [how, act] of [
  ["ended elsewhere", (other: Person) => other.chat.api.endOtherSessions()],
  [
    "ended by a new password",
    (other: Person) => other.chat.api.changePassword({ current_password: PASSWORD, password: "a windy hilltop" }),
  ],
] as const) {
  for (const isPushed of [true, false]) {
    test(`A session that is ${how} ${isPushed ? "" : "and nobody says so "}signs out, and nothing is tried any more`, async (t) => {
      const alice = await Person.join(t, stack, "Alice");
      const other = await alice.atAnotherDevice();
      if (!isPushed) alice.proxy.fate = ({ event }) => (event === "session_ended" ? "drop" : "pass");
      const ended = new Promise<string>((resolve) => void alice.chat.on("ended", resolve));
      await act(other);
      assert.equal(await ended, "session_ended");
      assert.equal(alice.chat.user, null);
      assert.equal(alice.chat.status.state, "closed");
      assert.deepEqual(alice.ended, ["session_ended"]);

      const mark = alice.proxy.events.mark;
      alice.chat.reconnectNow();
      // Long enough for a try: others do some things meanwhile.
      for (let times = 0; times < 5; times += 1) await other.chat.api.validate();
      const opened = alice.proxy.events.since(mark).filter((one) => one.type !== "socket_closed");
      assert.deepEqual(opened, []);
      assert.equal(await alice.reload().chat.resume(), null);
    });
  }
}

test("Whoever signs out is signed out everywhere in this client, and its socket is closed", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  await alice.chat.logout();
  assert.deepEqual(alice.ended, ["logged_out"]);
  assert.equal(alice.chat.user, null);
  assert.equal(alice.chat.status.state, "closed");
  await alice.proxy.events.until("the socket is closed", isClosed);
  assert.equal(await alice.reload().chat.resume(), null);
});

test("A client that was closed opens no socket any more, until it is told to connect", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  alice.chat.close();
  assert.equal(alice.chat.status.state, "closed");
  await alice.proxy.events.until("the socket is closed", isClosed);
  const mark = alice.proxy.events.mark;
  await alice.connects();
  const opened = alice.proxy.events.since(mark).filter(isOpened);
  assert.equal(opened.length, 1);
});

async function aliceAndBob(
  t: TestContext,
  change: Record<string, unknown> | ((frame: Frame, first: boolean) => Frame) = {},
  on: Stack = stack,
): Promise<{ alice: Person; bob: Person; mine: Conversation; theirs: Conversation; reader: Reader }> {
  const [alice, bob] = await Promise.all([Person.signUp(t, on, "Alice"), Person.join(t, on, "Bob")]);
  let first = true;
  alice.proxy.rewrite = (frame) => {
    if (!isHello(frame)) return frame;
    const wasFirst = first;
    first = false;
    return typeof change === "function" ? change(frame, wasFirst) : hello(change)(frame);
  };
  await alice.connects();
  const mine = await alice.chat.direct(bob.id);
  const theirs = await bob.in(mine);
  return { alice, bob, mine, theirs, reader: new Reader(t, mine) };
}

function isHello(frame: Frame): boolean {
  return frame.type === "reply" && frame.action === "hello";
}

function hello(change: Record<string, unknown>): (frame: Frame) => Frame {
  return (frame) => (isHello(frame) ? { ...frame, data: { ...frame.data, ...change } } : frame);
}

/** The hello of a socket that lives so long. */
function endsIn(frame: Frame, seconds: number): Frame {
  const end = new Date(Date.parse(String(frame.data?.["server_time"])) + seconds * 1000);
  return hello({ expires_at: end.toISOString() })(frame);
}
