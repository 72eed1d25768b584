/**
 * A simple model of a conversation on the server, small enough to be obviously correct. Tests compare clients with it.
 */

import type { Entry, Message } from "emotechat";

import type { Random } from "./random.js";

const USERS = Array.from({ length: 14 }, (_, index) => `user ${index}`);
const EMOTES = { tada: "🎉", heart: "❤️", rocket: "🚀" };
const MAX_NAMED = 10;

type Emote = keyof typeof EMOTES;

interface Stored {
  message: Message;
  reactions: Map<Emote, string[]>;
}

/** The part of an entry that never changes. */
interface ModelEntry {
  seq: number;
  type: "message" | "edit" | "delete" | "reaction_added" | "reaction_removed";
  sender: string | null;
  target: number;
  emote?: Emote;
}

export class Model {
  readonly #log: ModelEntry[] = [];
  readonly #messages = new Map<number, Stored>();

  get head(): number {
    return this.#log.length;
  }

  /** Performs one random change. */
  act(random: Random): void {
    const seq = this.head + 1;
    let sender = random.pick(USERS);
    const targets = [...this.#messages.keys()].filter((target) => !this.#stored(target).message.deleted);
    const kind = random.below(12);
    if (targets.length === 0 || kind < 2) {
      const message: Message = {
        ...{
          conversation_id: "c",
          seq,
          sender_id: sender,
          client_id: `${seq}`,
          content: `Said ${seq}`,
          reply_to: null,
        },
        ...{ created_at: `at ${seq}`, edited_at: null, deleted: false, reactions: [] },
      };
      this.#messages.set(seq, { message, reactions: new Map() });
      this.#log.push({ seq, type: "message", sender, target: seq });
      return;
    }
    const target = random.pick(targets.slice(-3));
    const stored = this.#stored(target);
    const author = stored.message.sender_id;
    if (kind === 2) {
      stored.message = { ...stored.message, content: `Better ${seq}`, edited_at: `at ${seq}` };
      this.#log.push({ seq, type: "edit", sender: author, target });
    } else if (kind === 3 && random.chance(0.2)) {
      stored.message = { ...stored.message, content: null, deleted: true };
      stored.reactions.clear();
      this.#log.push({ seq, type: "delete", sender: author, target });
    } else {
      // More users choose "tada" than a reaction lists, and some remove it again.
      const emote = random.chance(0.8) ? "tada" : random.pick(Object.keys(EMOTES) as Emote[]);
      const users = stored.reactions.get(emote) ?? [];
      const others = USERS.filter((user) => !users.includes(user));
      if (others.length > 0 && random.chance(0.8)) sender = random.pick(others);
      const type = users.includes(sender) ? "reaction_removed" : "reaction_added";
      const now = type === "reaction_added" ? [...users, sender] : users.filter((user) => user !== sender);
      if (now.length === 0) stored.reactions.delete(emote);
      else stored.reactions.set(emote, now);
      this.#log.push({ seq, type, sender, target, emote });
    }
  }

  /** An entry in the form that the server returns now, with the current text. */
  entry(seq: number, reader: string): Entry {
    const happened = this.#log[seq - 1];
    if (happened === undefined) throw new Error(`There is no entry ${seq}`);
    const { type, sender, target, emote } = happened;
    const message = { ...this.message(target, reader), reactions: [] };
    const common = { conversation_id: "c", seq, sender_id: sender, created_at: `at ${seq}` };
    if (type === "message") return { ...message, type } as Entry;
    if (emote === undefined) return { ...common, type, target_seq: target, message } as Entry;
    return { ...common, type, target_seq: target, emote } as Entry;
  }

  /** The messages in a range, in their current form. */
  page(
    { before = Infinity, after, limit }: { before?: number; after?: number; limit: number },
    reader: string,
  ): Message[] {
    const found = [...this.#messages.keys()].filter((seq) => seq > (after ?? 0) && seq < before);
    const selected = after === undefined ? found.slice(-limit) : found.slice(0, limit);
    return selected.map((seq) => this.message(seq, reader));
  }

  message(seq: number, reader: string): Message {
    const { message, reactions } = this.#stored(seq);
    const shown = [...reactions].map(([emote, users]) => ({
      ...{ emote, emoji: EMOTES[emote], count: users.length, mine: users.includes(reader) },
      user_ids: users.slice(0, MAX_NAMED),
    }));
    return { ...message, reactions: shown };
  }

  #stored(seq: number): Stored {
    const stored = this.#messages.get(seq);
    if (stored === undefined) throw new Error(`There is no message ${seq}`);
    return stored;
  }
}
