/** Accounts, people, groups, and the state of a conversation besides its messages: presence, typing and unread counts. */

import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";

import { Problem, type Conversation } from "emotechat";
import { Stack } from "emotechat-testing/stack";

import { client, MemoryStorage, PASSWORD, Person } from "./support/people.js";
import { Reader } from "./support/reader.js";

let stack: Stack;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());

/** The problem with which a promise rejects. */
async function rejection(promise: Promise<unknown>): Promise<Problem> {
  const problem = await promise.then(
    () => assert.fail("the request succeeded"),
    (error: unknown) => error,
  );
  assert.ok(problem instanceof Problem, String(problem));
  return problem;
}

test("Registering does not sign in, but logging in does", async (t) => {
  const alice = await Person.arrive(t, stack, "Alice");
  const account = { name: "Alice", email: alice.email, password: PASSWORD };
  const registered = await alice.chat.register(account);
  assert.equal(registered.email, alice.email);
  assert.equal(alice.chat.user, null);
  const user = await alice.chat.login(alice.email, PASSWORD);
  assert.deepEqual(user, registered);
  assert.deepEqual(alice.chat.user, registered);

  const taken = await rejection(alice.chat.register(account));
  assert.deepEqual([taken.status, taken.code, taken.isTransient], [409, "email_taken", false]);
});

test("All errors of a registration are reported together, with pointers", async (t) => {
  const alice = await Person.arrive(t, stack, "Alice");
  const problem = await rejection(alice.chat.register({ name: " ", email: "invalid", password: "short" }));
  assert.deepEqual([problem.status, problem.code], [400, "invalid_request"]);
  assert.deepEqual(problem.errors.map(({ pointer }) => pointer).sort(), ["/email", "/name", "/password"]);
  for (const { detail } of problem.errors) assert.ok(detail.length > 0);
});

test("A wrong password is rejected and keeps the current session", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  const problem = await rejection(alice.chat.login(alice.email, "a windy hilltop"));
  assert.deepEqual([problem.status, problem.code], [401, "invalid_credentials"]);
  assert.equal(alice.chat.user?.email, alice.email);
  assert.deepEqual(alice.ended, []);
});

test("Without a response, the problem is a transient network error", async (t) => {
  const alice = await Person.arrive(t, stack, "Alice");
  alice.proxy.goOffline();
  const problem = await rejection(alice.chat.login(alice.email, PASSWORD));
  assert.deepEqual([problem.status, problem.code, problem.isTransient], [0, "network", true]);
});

test("A session is resumed from storage, even offline, and ends with a logout", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  const { user } = alice;
  const again = alice.reload();
  again.proxy.goOffline();
  assert.deepEqual(await again.chat.resume(), user);
  assert.deepEqual(again.chat.user, user);
  again.proxy.goOnline();
  await again.connects();
  await again.chat.logout();
  assert.equal(await again.reload().chat.resume(), null);
  assert.equal(await client(alice.proxy, { storage: new MemoryStorage() }).resume(), null);
});

test("A session that ended while the client was away is detected", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  const other = await alice.atAnotherDevice();
  const again = alice.reload();
  await other.chat.api.endOtherSessions();
  await again.chat.resume();
  const ended = new Promise((resolve) => void again.chat.on("ended", resolve));
  again.chat.connect();
  if (again.chat.user !== null) await ended;
  assert.equal(again.chat.user, null);
  assert.equal(await again.reload().chat.resume(), null);
});

test("A new name takes effect immediately, and others can find it", async (t) => {
  const [alice, bob] = await Promise.all([Person.join(t, stack, "Alice"), Person.join(t, stack, "Bob")]);
  assert.equal((await alice.chat.rename("Zoe Windward")).name, "Zoe Windward");
  assert.equal(alice.user.name, "Zoe Windward");
  const { users } = await bob.chat.search("windw");
  assert.deepEqual(
    users.map(({ id }) => id),
    [alice.id],
  );
  assert.equal((await bob.chat.getUser(alice.id)).name, "Zoe Windward");
  assert.equal(bob.chat.knownUser(alice.id)?.name, "Zoe Windward");
});

test("Search results have pages", async (t) => {
  const people = await Promise.all(["Quincy A", "Quincy B", "Quincy C"].map((name) => Person.signUp(t, stack, name)));
  const { chat } = people[0] as Person;
  const first = await chat.search("quincy", { limit: 2 });
  assert.equal(first.users.length, 2);
  const second = await chat.search("quincy", { limit: 2, cursor: first.next_cursor ?? "" });
  assert.deepEqual(
    [...first.users, ...second.users].map(({ name }) => name),
    ["Quincy A", "Quincy B", "Quincy C"],
  );
  assert.equal(second.next_cursor, null);
});

test("Concurrent loads of one user make one request", async (t) => {
  const [alice, bob] = await Promise.all([Person.join(t, stack, "Alice"), Person.join(t, stack, "Bob")]);
  const users = await Promise.all(Array.from({ length: 5 }, () => alice.chat.getUser(bob.id)));
  for (const user of users) assert.equal(user.name, "Bob");
  const requests = alice.proxy.events.all.filter((one) => one.type === "request" && one.path.endsWith(bob.id));
  assert.equal(requests.length, 1);
});

test("A new conversation appears in the other user's list, latest activity first", async (t) => {
  const [alice, bob, carol] = await threePeople(t);
  const direct = await bob.chat.direct(alice.id);
  await alice.sees("Bob's conversation", () => alice.chat.conversations.length === 1);
  const group = await carol.chat.group("Harbour", [alice.id]);
  await alice.sees("Carol's group", () => ids(alice.chat.conversations)[0] === group.id);
  await direct.send("Hello").done;
  await alice.sees("Bob's on top", () => ids(alice.chat.conversations)[0] === direct.id);
  assert.deepEqual(ids(alice.chat.conversations), [direct.id, group.id]);
  assert.equal(alice.chat.conversations[0]?.state.last_message?.content, "Hello");
  assert.equal(await bob.chat.direct(alice.id), direct, "the same object");
});

test("A conversation that does not exist, or belongs to others, is not found", async (t) => {
  const [alice, bob, carol] = await threePeople(t);
  const secret = await bob.chat.direct(carol.id);
  for (const id of [secret.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV"]) {
    const problem = await rejection(alice.chat.conversation(id));
    assert.deepEqual([problem.status, problem.code], [404, "not_found"]);
  }
});

test("Members are added and removed, and a removal is the last entry for the removed member", async (t) => {
  const [alice, bob, carol] = await threePeople(t);
  const group = await alice.chat.group("Harbour", [bob.id]);
  const bobs = await bob.in(group);
  await group.add([carol.id]);
  await carol.sees("the group", () => carol.chat.conversations.length === 1);
  await bob.sees("three members", () => bobs.state.members.length === 3, bobs);
  assert.equal(bob.chat.knownUser(carol.id)?.name, "Carol");

  const carols = await carol.in(group);
  const reader = new Reader(t, carols);
  await reader.followed.until("her joining", ({ seq }) => seq === 1);
  await group.remove(carol.id);
  await carol.sees("that it is gone", () => carols.isGone, carols);
  await reader.end;
  reader.assertInOrder();
  const last = reader.followed.all.at(-1);
  assert.equal(last?.type, "member_removed");
  assert.deepEqual(reader.emitted.all.at(-1), last);
  assert.deepEqual(carol.chat.conversations, []);
  assert.equal((await rejection(carol.chat.conversation(group.id))).status, 404);
  await bob.sees("two members", () => bobs.state.members.length === 2, bobs);
});

test("The heartbeat detects a removal whose push was lost", async (t) => {
  const [alice, , carol] = await threePeople(t);
  const group = await alice.chat.group("Harbour", [carol.id]);
  const carols = await carol.in(group);
  carol.proxy.fate = ({ type }) => (type === "event" ? "drop" : "pass");
  carol.proxy.rewrite = (frame) =>
    frame.action === "hello" ? { ...frame, data: { ...frame.data, heartbeat_seconds: 1 } } : frame;
  carol.proxy.cut();
  await group.remove(carol.id);
  await carol.sees("that it is gone", () => carols.isGone, carols);
});

test("Leaving a group takes effect on all devices", async (t) => {
  const [alice, bob] = await threePeople(t);
  const group = await alice.chat.group("Harbour", [bob.id]);
  const other = await bob.atAnotherDevice();
  const [here, there] = await Promise.all([bob.in(group), other.in(group)]);
  await here.leave();
  assert.equal(here.isGone, true);
  await other.sees("that it is gone", () => there.isGone, there);
  assert.deepEqual([...bob.chat.conversations, ...other.chat.conversations], []);
  here.send("Hello?");
  await bob.sees("that nothing can be sent", () => here.sending[0]?.state === "failed", here);
  assert.equal(here.sending[0]?.problem?.code, "not_found");
});

test("A title changes for all members, and only a group has one", async (t) => {
  const [alice, bob] = await threePeople(t);
  const group = await alice.chat.group("Harbour", [bob.id]);
  const bobs = await bob.in(group);
  await bobs.retitle("Lighthouse");
  assert.equal(bobs.state.title, "Lighthouse");
  await alice.sees("the title", () => group.state.title === "Lighthouse", group);
  const direct = await alice.chat.direct(bob.id);
  assert.equal((await rejection(direct.retitle("No"))).code, "not_a_group");
});

test("Members see each other come online and go offline", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  await bob.in(direct);
  await alice.sees("Bob online", () => alice.chat.isOnline(bob.id));
  bob.chat.close();
  await alice.sees("Bob offline", () => !alice.chat.isOnline(bob.id));
  await bob.connects();
  await alice.sees("Bob online again", () => alice.chat.isOnline(bob.id));
});

test("A member who came online stays online after activity in a conversation that was loaded before", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  bob.chat.close();
  await alice.sees("Bob offline", () => !alice.chat.isOnline(bob.id));
  await direct.open();
  await bob.connects();
  await alice.sees("Bob online", () => alice.chat.isOnline(bob.id));
  const bobs = await bob.in(direct);
  await bobs.send("Hello").done;
  await alice.sees("the message", () => direct.messages.at(-1)?.content === "Hello", direct);
  assert.ok(alice.chat.isOnline(bob.id));
});

test("An online status expires without an event", async (t) => {
  const [alice, bob] = await threePeople(t);
  await alice.chat.direct(bob.id);
  await alice.sees("Bob online", () => alice.chat.isOnline(bob.id));
  bob.chat.close();
  await alice.sees("Bob offline", () => !alice.chat.isOnline(bob.id));
  const seen: boolean[] = [];
  alice.chat.on("presence", () => void seen.push(alice.chat.isOnline(bob.id)));
  const online_until = new Date(Date.now() + 3000).toISOString();
  alice.proxy.rewrite = (frame) =>
    frame.event === "presence" && frame.data?.["online"] === true
      ? { ...frame, data: { ...frame.data, online_until } }
      : frame;
  await bob.connects();
  await alice.sees("Bob online and then not", () => seen.includes(true) && seen.at(-1) === false);
});

test("Typing is shown until the message arrives or the status expires", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  const bobs = await bob.in(direct);
  bobs.typing();
  bobs.typing();
  await alice.sees("Bob typing", () => direct.typingUserIds.includes(bob.id), direct);
  await bobs.send("There").done;
  await alice.sees("Bob done", () => direct.typingUserIds.length === 0, direct);
  const notifications = bob.proxy.events.all.filter(
    (one) => one.type === "frame" && one.direction === "up" && one.frame.action === "typing",
  );
  assert.equal(notifications.length, 1, "one notification for two key presses");

  // Typing expires sooner here than after the usual ten seconds.
  const expires_at = new Date(Date.now() + 1500).toISOString();
  alice.proxy.rewrite = (frame) =>
    frame.event === "typing" ? { ...frame, data: { ...frame.data, expires_at } } : frame;
  const seen: number[] = [];
  t.after(direct.on("change", () => void seen.push(direct.typingUserIds.length)));
  bobs.typing();
  await alice.sees("Bob typing and then not", () => seen.includes(1) && seen.at(-1) === 0, direct);
});

test("Unread messages are counted on both devices, until one device reads them", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  const bobs = await bob.in(direct);
  const other = await alice.atAnotherDevice();
  const there = await other.in(direct);
  for (const text of ["one", "two", "three"]) await bobs.send(text).done;
  const unread = (count: number) => () => direct.state.unread_count === count && there.state.unread_count === count;
  await alice.sees("three unread", unread(3), direct, there);
  await direct.markRead(2);
  await other.sees("one unread", unread(1), direct, there);
  await there.markRead();
  await alice.sees("none unread", unread(0), direct, there);
  assert.equal(direct.state.read_seq, 3);
  const markOfAlice = (): number | undefined => bobs.state.members.find(({ user }) => user.id === alice.id)?.read_seq;
  await bobs.open();
  await bob.sees("how far Alice has read", () => markOfAlice() === 3, bobs);
});

test("A message that arrives while a read mark is being sent is unread", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  const bobs = await bob.in(direct);
  await bobs.send("one").done;
  await alice.sees("one unread", () => direct.state.unread_count === 1, direct);
  // The reply arrives after the next message.
  alice.proxy.fate = ({ type, action }) => (type === "reply" && action === "read" ? "late" : "pass");
  const marked = direct.markRead();
  await alice.proxy.events.until("the response is held back", (one) => one.type === "frame" && one.fate === "late");
  await bobs.send("two").done;
  await marked;
  assert.equal(alice.proxy.counts.late, 1);
  const marks = (): string => `${direct.state.read_seq} ${direct.state.unread_count}`;
  await alice.sees("one unread", () => marks() === "1 1", direct);
});

test("A response from before a read mark does not undo it", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  const bobs = await bob.in(direct);
  await bobs.send("one").done;
  await alice.sees("one unread", () => direct.state.unread_count === 1, direct);
  let release = (): void => undefined;
  const responseUntil = new Promise<void>((resolve) => (release = resolve));
  alice.proxy.once({ method: "GET", path: new RegExp(`/conversations/${direct.id}$`) }, { responseUntil });
  const opened = direct.open();
  await alice.proxy.events.until("the response is held back", (one) => one.type === "response_held");
  await direct.markRead();
  release();
  await opened;
  assert.deepEqual([direct.state.read_seq, direct.state.unread_count], [1, 0]);
});

test("A user reacts on two devices, and both show the reaction once", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  const other = await alice.atAnotherDevice();
  const there = await other.in(direct);
  await Promise.all([direct.open(), there.open()]);
  const { seq } = await (await bob.in(direct)).send("We won").done;
  const both = (check: (conversation: Conversation) => boolean) => () => [direct, there].every(check);
  await alice.sees(
    "the message",
    both(({ messages }) => messages.length === 1),
    direct,
    there,
  );
  await Promise.all([direct.react(seq, "tada"), there.react(seq, "🎉"), there.react(seq, ":heart:")]);
  const shown = ({ messages }: Conversation): string =>
    (messages[0]?.reactions ?? [])
      .map(({ emote, count, mine }) => `${emote} ${count} ${mine}`)
      .sort()
      .join();
  await alice.sees(
    "two reactions",
    both((one) => shown(one) === "heart 1 true,tada 1 true"),
    direct,
    there,
  );
  await there.unreact(seq, "tada");
  await alice.sees(
    "one reaction",
    both((one) => shown(one) === "heart 1 true"),
    direct,
    there,
  );
  assert.deepEqual(direct.messages, (await alice.chat.api.listMessages(direct.id)).messages);
});

test("A reaction with more users than it lists stays correct as users come and go", async (t) => {
  const [alice, bob, carol] = await threePeople(t);
  const others = await Promise.all(Array.from({ length: 11 }, (_, index) => Person.signUp(t, stack, `Guest ${index}`)));
  const group = await alice.chat.group("Harbour", [bob.id, carol.id, ...others.map(({ id }) => id)]);
  await group.open();
  const { seq } = await group.send("Who comes?").done;
  for (const { chat } of others) await chat.api.addReaction(group.id, seq, "tada");
  await carol.chat.api.addReaction(group.id, seq, "heart");
  const counts = (): string => (group.messages[0]?.reactions ?? []).map(({ count }) => count).join();
  await alice.sees("twelve reactions", () => counts() === "11,1", group);

  // Only the server knows which user moves up in the list. Its response is outdated on arrival, because another
  // reaction comes first.
  let release = (): void => undefined;
  const responseUntil = new Promise<void>((resolve) => (release = resolve));
  alice.proxy.once({ method: "GET", path: /\/messages\?/ }, { responseUntil });
  await others[3]?.chat.api.removeReaction(group.id, seq, "tada");
  await alice.proxy.events.until("the response is held back", (one) => one.type === "response_held");
  await bob.chat.api.addReaction(group.id, seq, "heart");
  await alice.sees("the newest entry", () => group.state.head_seq === 15, group);
  release();
  const { messages } = await alice.chat.api.listMessages(group.id);
  const same = (): boolean => JSON.stringify(group.messages) === JSON.stringify(messages);
  await alice.sees("what the server has", same, group).catch(() => assert.deepEqual(group.messages, messages));
});

test("A message is returned if it is loaded, and requested otherwise", async (t) => {
  const [alice, bob] = await threePeople(t);
  const direct = await alice.chat.direct(bob.id);
  await direct.send("first").done;
  assert.equal((await direct.message(1)).content, "first");
  const other = await alice.atAnotherDevice();
  const there = await other.in(direct);
  assert.equal((await there.message(1)).content, "first");
  assert.equal((await rejection(there.message(9))).status, 404);
});

test("All emoji are requested once", async (t) => {
  const alice = await Person.join(t, stack, "Alice");
  const [one, other] = await Promise.all([alice.chat.emotes(), alice.chat.emotes()]);
  assert.ok(one.length > 1000);
  assert.deepEqual(one, other);
  const requests = alice.proxy.events.all.filter(
    (event) => event.type === "request" && event.path.startsWith("/api/emotes"),
  );
  assert.equal(requests.length, 1);
});

async function threePeople(t: TestContext): Promise<[Person, Person, Person]> {
  return (await Promise.all(["Alice", "Bob", "Carol"].map((name) => Person.join(t, stack, name)))) as [
    Person,
    Person,
    Person,
  ];
}

function ids(conversations: readonly Conversation[]): string[] {
  return conversations.map(({ id }) => id);
}
