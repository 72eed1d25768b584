/** A user without a browser, or a user's other device. Calls the API to prepare a test and to check what the server stores. */

import assert from "node:assert/strict";

import { v7 as uuid } from "uuid";

export const PASSWORD = "a quiet harbour";

/** The email address for a name. */
export function addressOf(name: string): string {
  return `${name
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.slice(0, 4)
    .join(".")}@example.com`;
}

interface Message {
  seq: number;
  content: string | null;
}

interface Conversation {
  id: string;
  title: string | null;
  members: { user: { id: string; name: string } }[];
}

export class Account {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    readonly id: string,
    readonly name: string,
  ) {}

  /** Creates an account and logs in. */
  static async register({ url }: { url: string }, name: string): Promise<Account> {
    const email = addressOf(name);
    await call(url, "POST", "/auth/register", { name, email, password: PASSWORD });
    return Account.of({ stack: { url }, email, password: PASSWORD });
  }

  /** Logs in to the account of a person who has registered. */
  static async of({
    stack,
    email,
    password,
  }: {
    stack: { url: string };
    email: string;
    password: string;
  }): Promise<Account> {
    const { token, user } = (await call(stack.url, "POST", "/auth/login", { email, password })) as {
      token: string;
      user: { id: string; name: string };
    };
    return new Account(stack.url, token, user.id, user.name);
  }

  get email(): string {
    return addressOf(this.name);
  }

  async direct(userId: string): Promise<string> {
    return this.#conversation({ kind: "direct", user_id: userId });
  }

  async group(title: string, userIds: string[]): Promise<string> {
    return this.#conversation({ kind: "group", title, user_ids: userIds });
  }

  /** Sends a message. Returns its number. */
  async says(conversation: string, content: string, replyTo?: number): Promise<number> {
    const body = { client_id: uuid(), content, reply_to: replyTo };
    const { message } = (await this.call("POST", `/conversations/${conversation}/messages`, body)) as {
      message: Message;
    };
    return message.seq;
  }

  /** The id of a conversation, by its title or by the name of the other user. */
  async find(title: string): Promise<string> {
    const { conversations } = (await this.call("GET", "/conversations")) as { conversations: Conversation[] };
    const found = conversations.find(
      (conversation) =>
        conversation.title === title ||
        (conversation.title === null &&
          conversation.members.some(({ user }) => user.id !== this.id && user.name === title)),
    );
    assert.ok(found, `${this.name} has no conversation "${title}"`);
    return found.id;
  }

  /** All texts of a conversation, oldest first. */
  async texts(conversation: string): Promise<(string | null)[]> {
    let all: Message[] = [];
    for (;;) {
      const before = all[0] ? `&before=${all[0].seq}` : "";
      const page = (await this.call("GET", `/conversations/${conversation}/messages?limit=100${before}`)) as {
        messages: Message[];
        has_more: boolean;
      };
      all = [...page.messages, ...all];
      if (!page.has_more) return all.map(({ content }) => content);
    }
  }

  call(method: string, path: string, body?: object): Promise<unknown> {
    return call(this.url, method, path, body, this.token);
  }

  async #conversation(body: object): Promise<string> {
    const { conversation } = (await this.call("POST", "/conversations", body)) as { conversation: Conversation };
    return conversation.id;
  }
}

async function call(url: string, method: string, path: string, body?: object, token?: string): Promise<unknown> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}/api${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
