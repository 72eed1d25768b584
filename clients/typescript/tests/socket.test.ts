/**
 * The life of a socket: one ticket each, a heartbeat that finds losses, replacement before the gateway closes it,
 * jittered backoff after a loss, and no retries after the session has ended.
 */

import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";

import type { Conversation } from "emotechat";
import { Stack } from "emotechat-testing/stack";

import { Person, PASSWORD } from "./support/people.js";
import type { Frame, NetworkEvent } from "./support/traffic.js";
import { Reader } from "./support/reader.js";
import { recordDelays, shortenDelays } from "./support/timers.js";

const isOpened = (one: NetworkEvent): boolean => one.type === "socket_opened";
const isRejected = (one: NetworkEvent): boolean => one.type === "socket_rejected";
const isClosed = (one: NetworkEvent): boolean => one.type === "socket_closed";
const isRequest =
  (action: string) =>
  (one: NetworkEvent): boolean =>
    one.type === "frame" && one.direction === "up" && one.frame.action === action;

const HOUR_MS = 3_600_000;

let stack: Stack;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());

test("Each socket is opened with a new ticket, sent as a subprotocol", async (t) => {
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

test("The first frame is hello, the second is sync, and sync is the heartbeat", async (t) => {
  const alice = await Person.signUp(t, stack, "Alice");
  alice.proxy.rewrite = hello({ heartbeat_seconds: 1 });
  await alice.connects();
  await alice.proxy.events.untilCount("sync was requested three times", 3, isRequest("sync"));
  const actions = alice.proxy.events.all.flatMap((one) =>
    one.type === "frame" && one.direction === "up" ? [one.frame.action] : [],
  );
  assert.deepEqual(actions.slice(0, 2), ["hello", "sync"]);
});

test("The heartbeat finds a lost push that nothing follows", async (t) => {
  const { alice, bob, theirs, reader } = await aliceAndBob(t, { heartbeat_seconds: 1 });
  alice.proxy.fate = ({ event }) => (event === "entry" ? "drop" : "pass");
  const { seq } = await theirs.send("No push for this").done;
  await reader.reads(seq);
  assert.equal(alice.proxy.counts.drop, 1);
  assert.equal(bob.proxy.counts.drop, 0);
});

test("A gap is closed as soon as it is detected", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t);
  let lost = 0;
  alice.proxy.fate = ({ event }) => (event === "entry" && (lost += 1) <= 2 ? "drop" : "pass");
  for (const text of ["lost", "lost too", "pushed"]) await theirs.send(text).done;
  await reader.reads(3);
  assert.equal(alice.proxy.counts.drop, 2);
});

test("The next socket is open before the current one is closed, and no entry is missed", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t, (frame, first) => (first ? endsIn(frame, 3) : frame));
  let mark = alice.proxy.events.mark;
  const opened = alice.proxy.events.until("the next socket is opened", isOpened, mark);
  for (let count = 1; count <= 5; count += 1) await theirs.send(`Meanwhile ${count}`).done;
  const next = (await opened) as NetworkEvent & { type: "socket_opened" };
  assert.equal(next.open, 2, "both were open");
  await alice.proxy.events.until("the previous socket is closed", isClosed, mark);
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

test("A socket with a lifetime of two hours is replaced late, at a random time", async (t) => {
  const delays = recordDelays(t);
  for (const draw of [0, 0.999]) {
    t.mock.method(Math, "random", () => draw);
    await Person.join(t, stack, "Alice");
  }
  const renewals = delays.filter((ms) => ms > HOUR_MS);
  assert.equal(renewals.length, 2);
  const [early, late] = renewals as [number, number];
  assert.ok(early > 1.5 * HOUR_MS && late < 2 * HOUR_MS - 60_000, `${renewals}`);
  assert.ok(late - early > 300_000, `the renewals are too close to each other: ${renewals}`);
});

test("The heartbeat detects a dead socket, and the client replaces it", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t, { heartbeat_seconds: 1 });
  // The range of the reply timeout.
  shortenDelays(t, 10_000, 20_000);
  alice.proxy.blackHole();
  const { mark } = alice.proxy.events;
  const { seq } = await theirs.send("Is this thing on?").done;
  await alice.proxy.events.until("another socket is opened", isOpened, mark);
  await reader.reads(seq);
});

test("reconnectNow detects a dead socket sooner", async (t) => {
  const { alice, theirs, reader } = await aliceAndBob(t);
  shortenDelays(t, 5000, 20_000);
  alice.proxy.blackHole();
  const { mark } = alice.proxy.events;
  const { seq } = await theirs.send("Is this thing on?").done;
  alice.chat.reconnectNow();
  await alice.proxy.events.until("another socket is opened", isOpened, mark);
  await reader.reads(seq);
});

test("Delays between attempts grow and are random", async (t) => {
  const firsts: number[] = [];
  for (const draw of [0.05, 0.1]) {
    const alice = await Person.join(t, stack, "Alice");
    t.mock.method(Math, "random", () => draw);
    const waits: number[] = [];
    alice.chat.on("status", (status) => {
      if (status.state === "waiting") waits.push(status.retryAt - Date.now());
    });
    alice.proxy.rejectSockets(503);
    alice.proxy.cut();
    await alice.proxy.events.untilCount("three attempts were rejected", 3, isRejected);
    alice.proxy.rejectSockets(undefined);
    await alice.isOnline();
    for (const [index, wait] of waits.entries()) {
      assert.ok(
        index === 0 || wait > (waits[index - 1] ?? 0) * 1.5,
        `each delay must be longer than the previous one: ${waits}`,
      );
    }
    firsts.push(waits[0] ?? 0);
  }
  assert.ok((firsts[1] ?? 0) > (firsts[0] ?? 0) * 1.5, `the delays must follow the random numbers: ${firsts}`);
});

test("reconnectNow does not wait for the delay", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  t.mock.method(Math, "random", () => 0.999);
  const mark = alice.proxy.events.mark;
  alice.proxy.rejectSockets("cut");
  alice.proxy.cut();
  for (let tries = 1; tries <= 6; tries += 1) {
    await alice.status("waiting");
    if (tries === 6) alice.proxy.rejectSockets(undefined);
    alice.chat.reconnectNow();
    if (tries < 6) await alice.proxy.events.untilCount(`${tries} attempts were cut`, tries, isRejected, mark);
  }
  await alice.isOnline();
});

test("A socket that is rejected with 401 is retried with a new ticket", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  const used = alice.proxy.events.all.find((one) => one.type === "socket_opened") as { ticket: string };
  const mark = alice.proxy.events.mark;
  // A ticket admits one socket, once. The stack itself rejects this one.
  alice.proxy.once(
    { path: /ticket$/ },
    { change: (body) => ({ ...body, ticket: used.ticket.slice("ticket.".length) }) },
  );
  alice.proxy.cut();
  const rejected = (await alice.proxy.events.until("the used ticket is rejected", isRejected, mark)) as {
    status: number;
  };
  assert.equal(rejected.status, 401);
  await alice.proxy.events.until("another socket is opened", isOpened, mark);
  await alice.isOnline();
  assert.deepEqual(alice.ended, []);
});

test("No message is lost when the server is killed and restarted", async (t) => {
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
    test(`A session that is ${how}${isPushed ? "" : " without a push"} signs the client out and stops all attempts`, async (t) => {
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
      // Gives the client enough time for an attempt, while another one makes requests.
      for (let times = 0; times < 5; times += 1) await other.chat.api.validate();
      const opened = alice.proxy.events.since(mark).filter((one) => one.type !== "socket_closed");
      assert.deepEqual(opened, []);
      assert.equal(await alice.reload().chat.resume(), null);
    });
  }
}

test("A logout clears the client's session and closes its socket", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  await alice.chat.logout();
  assert.deepEqual(alice.ended, ["logged_out"]);
  assert.equal(alice.chat.user, null);
  assert.equal(alice.chat.status.state, "closed");
  await alice.proxy.events.until("the socket is closed", isClosed);
  assert.equal(await alice.reload().chat.resume(), null);
});

test("A closed client opens no socket until connect is called", async (t) => {
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

/** A reply to `hello` that gives the socket this lifetime. */
function endsIn(frame: Frame, seconds: number): Frame {
  const end = new Date(Date.parse(String(frame.data?.["server_time"])) + seconds * 1000);
  return hello({ expires_at: end.toISOString() })(frame);
}
