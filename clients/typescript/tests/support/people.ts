/**
 * People with their own client, storage and network. Everything they start ends with the test. A fault of their network
 * that never fired fails the test.
 */

import type { TestContext } from "node:test";

import { EmoteChat, type Conversation, type CurrentUser, type Options, type Status } from "emotechat";
import type { Stack } from "emotechat-testing/stack";
import { until } from "emotechat-testing/waiting";
import { WebSocket } from "ws";

import { Proxy } from "./proxy.js";

export const PASSWORD = "a quiet harbour";

let registered = 0;

/** A storage like a browser's, which tests can inspect. */
export class MemoryStorage {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

/** A client that uses a network. */
export function client(network: { url: string }, options: Options = {}): EmoteChat {
  return new EmoteChat({ url: network.url, WebSocket, ...options });
}

/** A user on one device. */
export class Person {
  readonly statuses: Status[] = [];
  readonly ended: string[] = [];
  #isOver = false;

  private constructor(
    private readonly test: TestContext,
    private readonly stack: Stack,
    readonly name: string,
    readonly email: string,
    readonly proxy: Proxy,
    readonly storage: MemoryStorage,
    readonly chat: EmoteChat,
  ) {
    chat.on("status", (status) => void this.statuses.push(status));
    chat.on("ended", (reason) => void this.ended.push(reason));
  }

  /** Registers a new user, signs in and goes online. */
  static async join(test: TestContext, stack: Stack, name: string): Promise<Person> {
    const person = await Person.signUp(test, stack, name);
    await person.connects();
    return person;
  }

  /** Registers a new user and signs in. */
  static async signUp(test: TestContext, stack: Stack, name: string): Promise<Person> {
    const person = await Person.arrive(test, stack, name);
    await person.chat.register({ name, email: person.email, password: PASSWORD });
    await person.chat.login(person.email, PASSWORD);
    return person;
  }

  /** A user without an account yet, or a device on which no user is signed in. */
  static async arrive(test: TestContext, stack: Stack, name: string, of?: Person): Promise<Person> {
    const email = of?.email ?? `${name.toLowerCase().replaceAll(" ", ".")}.${(registered += 1)}@example.com`;
    const proxy = await Proxy.to(stack);
    const storage = new MemoryStorage();
    const person = new Person(test, stack, name, email, proxy, storage, client(proxy, { storage }));
    test.after(async () => {
      person.#isOver = true;
      person.chat.close();
      await proxy.close();
    });
    return person;
  }

  /** The same account on another device, online. */
  async atAnotherDevice(): Promise<Person> {
    const other = await Person.arrive(this.test, this.stack, this.name, this);
    await other.chat.login(other.email, PASSWORD);
    await other.connects();
    return other;
  }

  /** The same device after a reload: only the storage remains. Nothing is resumed or connected yet. */
  reload(): Person {
    this.chat.close();
    const chat = client(this.proxy, { storage: this.storage });
    this.test.after(() => chat.close());
    return new Person(this.test, this.stack, this.name, this.email, this.proxy, this.storage, chat);
  }

  async connects(): Promise<void> {
    // A client connected now would never be closed.
    if (this.#isOver) throw new Error("The test is over");
    this.chat.connect();
    await this.isOnline();
  }

  async isOnline(): Promise<void> {
    await this.status("online");
  }

  /** Waits until the connection is in this state. */
  async status(state: Status["state"]): Promise<void> {
    await until(
      `${this.name} is ${state}`,
      () => this.chat.status.state === state,
      () => this.statuses,
      (again) => this.chat.on("status", again),
    );
  }

  get user(): CurrentUser {
    if (this.chat.user === null) throw new Error(`${this.name} is not signed in`);
    return this.chat.user;
  }

  get id(): string {
    return this.user.id;
  }

  /** Returns this client's view of a conversation. */
  async in(conversation: { id: string }): Promise<Conversation> {
    return this.chat.conversation(conversation.id);
  }

  /** Waits until `check` is true, checking again after each change of the list or of the conversations. */
  async sees(what: string, check: () => boolean, ...conversations: Conversation[]): Promise<void> {
    await until(
      `${this.name} sees ${what}`,
      check,
      () => ({ list: this.chat.conversations.map(({ state }) => state), conversations: conversations.map(snapshot) }),
      (again) => this.chat.on("conversations", again),
      (again) => this.chat.on("presence", again),
      ...conversations.map((conversation) => (again: () => void) => conversation.on("change", again)),
    );
  }
}

/** Everything that a client shows of a conversation. */
export function snapshot(conversation: Conversation): unknown {
  const { state, messages, sending, typingUserIds, isGone } = conversation;
  return { state, messages, sending, typingUserIds, isGone };
}
