/** Who is signed in, and what of it outlives a reload: the session, and the messages that are not sent yet. */
import type { Oneself } from "./types.js";

/** Where it is kept, as the Web Storage of browsers. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface SignedIn {
  token: string;
  user: Oneself;
}

/** What is kept of an unsent message. */
export interface Unsent {
  clientId: string;
  content: string;
  replyTo: number | null;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** It is not sent again unasked. */
  hasFailed?: boolean;
}

interface StoredUnsent {
  userId: string;
  unsent: (Unsent & { conversationId: string })[];
}

const SESSION = "emotechat.session";
const UNSENT = "emotechat.unsent";

export class SessionStore {
  readonly #storage: KeyValueStorage;
  #signedIn: SignedIn | undefined;

  /** Without a storage, in memory: for as long as the client lives. */
  constructor(storage: KeyValueStorage = memory()) {
    this.#storage = storage;
  }

  get token(): string | undefined {
    return this.#signedIn?.token;
  }

  get user(): Oneself | null {
    return this.#signedIn?.user ?? null;
  }

  begin(signedIn: SignedIn): void {
    this.#signedIn = signedIn;
    this.#write(SESSION, signedIn);
    // Somebody else's words are not for whoever comes next.
    if (this.#read<StoredUnsent>(UNSENT)?.userId !== signedIn.user.id) this.#remove(UNSENT);
  }

  /** The session of an earlier visit. */
  resume(): SignedIn | undefined {
    this.#signedIn ??= this.#read<SignedIn>(SESSION);
    return this.#signedIn;
  }

  rename(user: Oneself): void {
    if (this.#signedIn !== undefined) this.begin({ ...this.#signedIn, user });
  }

  /** Forgets the session. What is unsent waits for the same user's next one, unless it was their wish to leave. */
  end(keepsUnsent: boolean): void {
    // Another page may have signed in anew, under the same name of the storage.
    if (this.#read<SignedIn>(SESSION)?.token === this.token) this.#remove(SESSION);
    if (!keepsUnsent && this.#read<StoredUnsent>(UNSENT)?.userId === this.user?.id) this.#remove(UNSENT);
    this.#signedIn = undefined;
  }

  /** The conversations in which the user has unsent messages. */
  get unsentIn(): string[] {
    return [...new Set(this.#unsent.map(({ conversationId }) => conversationId))];
  }

  unsent(conversationId: string): Unsent[] {
    const kept = this.#unsent.filter((one) => one.conversationId === conversationId);
    return kept.sort((one, other) => one.createdAt - other.createdAt);
  }

  /** Keeps a message, or none, instead of what was kept under an id. Others, which another page may have put there, stay. */
  keepUnsent(conversationId: string, unsent: Unsent | undefined, before: string | undefined): void {
    const userId = this.user?.id;
    if (userId === undefined) return;
    const all = this.#unsent;
    const others = all.filter(({ clientId }) => clientId !== before && clientId !== unsent?.clientId);
    if (unsent === undefined && others.length === all.length) return;
    this.#write(UNSENT, { userId, unsent: unsent ? [...others, { ...unsent, conversationId }] : others });
  }

  /** The conversation is none of the user's any more. */
  forgetUnsent(conversationId: string): void {
    for (const { clientId } of this.unsent(conversationId)) this.keepUnsent(conversationId, undefined, clientId);
  }

  get #unsent(): StoredUnsent["unsent"] {
    const stored = this.#read<StoredUnsent>(UNSENT);
    return stored !== undefined && stored.userId === this.user?.id ? stored.unsent : [];
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

function memory(): KeyValueStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}
