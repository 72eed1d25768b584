/** Who is signed in, and what of it outlives a reload: the session, and the messages that are not sent yet. */
import type { Unsent } from "./outbox.js";
import type { Oneself } from "./types.js";

/** Where it is kept, as the Web Storage of browsers. */
export type Keeping = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Signed {
  token: string;
  user: Oneself;
}

/** Whose they are, and by conversation. */
interface Kept {
  userId: string;
  unsent: Record<string, Unsent[]>;
}

const SESSION = "emotechat.session";
const UNSENT = "emotechat.unsent";

export class Session {
  readonly #storage: Keeping;
  #signed: Signed | undefined;

  /** Without a storage, in memory: for as long as the client lives. */
  constructor(storage: Keeping = memory()) {
    this.#storage = storage;
  }

  get token(): string | undefined {
    return this.#signed?.token;
  }

  get user(): Oneself | null {
    return this.#signed?.user ?? null;
  }

  begin(signed: Signed): void {
    this.#signed = signed;
    this.#write(SESSION, signed);
    // Somebody else's words are not for whoever comes next.
    if (this.#read<Kept>(UNSENT)?.userId !== signed.user.id) this.#remove(UNSENT);
  }

  /** The session of an earlier visit. */
  resume(): Signed | undefined {
    this.#signed ??= this.#read<Signed>(SESSION);
    return this.#signed;
  }

  rename(user: Oneself): void {
    if (this.#signed !== undefined) this.begin({ ...this.#signed, user });
  }

  /** Forgets the session. What is unsent waits for the same user's next one, unless it was their wish to leave. */
  end(keepsUnsent: boolean): void {
    this.#signed = undefined;
    this.#remove(SESSION);
    if (!keepsUnsent) this.#remove(UNSENT);
  }

  /** Unsent messages, by conversation. */
  get unsent(): Record<string, Unsent[]> {
    return this.#read<Kept>(UNSENT)?.unsent ?? {};
  }

  keepUnsent(conversationId: string, unsent: readonly Unsent[]): void {
    const { [conversationId]: before, ...others } = this.unsent;
    if (this.#signed === undefined || (unsent.length === 0 && before === undefined)) return;
    const now = unsent.length === 0 ? others : { ...others, [conversationId]: unsent };
    this.#write(UNSENT, { userId: this.#signed.user.id, unsent: now });
  }

  #read<Value>(name: string): Value | undefined {
    try {
      return (JSON.parse(this.#storage.getItem(name) ?? "null") as Value | null) ?? undefined;
    } catch {
      // Somebody else's, or cut off: as good as none.
      return undefined;
    }
  }

  #write(name: string, value: unknown): void {
    try {
      this.#storage.setItem(name, JSON.stringify(value));
    } catch {
      // It is full or forbidden. The session goes on without it.
    }
  }

  #remove(name: string): void {
    try {
      this.#storage.removeItem(name);
    } catch {
      // As above.
    }
  }
}

function memory(): Keeping {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}
