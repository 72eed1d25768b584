/** Who is signed in, and what of it outlives a reload: the session, and the messages that are not sent yet. */
import type { CurrentUser } from "./types.js";

/** Where it is stored, as the Web Storage of browsers. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface SignedIn {
  token: string;
  user: CurrentUser;
}

/** What is stored of an unsent message. */
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

const SESSION_KEY = "emotechat.session";
const UNSENT_KEY = "emotechat.unsent";

export class SessionStore {
  readonly #storage: KeyValueStorage;
  #signedIn: SignedIn | undefined;

  /** Without a storage, in memory: for as long as the client lives. */
  constructor(storage: KeyValueStorage = memoryStorage()) {
    this.#storage = storage;
  }

  get token(): string | undefined {
    return this.#signedIn?.token;
  }

  get user(): CurrentUser | null {
    return this.#signedIn?.user ?? null;
  }

  begin(signedIn: SignedIn): void {
    this.#signedIn = signedIn;
    this.#write(SESSION_KEY, signedIn);
    // Somebody else's words are not for whoever comes next.
    if (this.#read<StoredUnsent>(UNSENT_KEY)?.userId !== signedIn.user.id) this.#remove(UNSENT_KEY);
  }

  /** The session of an earlier visit. */
  resume(): SignedIn | undefined {
    this.#signedIn ??= this.#read<SignedIn>(SESSION_KEY);
    return this.#signedIn;
  }

  updateUser(user: CurrentUser): void {
    if (this.#signedIn !== undefined) this.begin({ ...this.#signedIn, user });
  }

  /** Forgets the session. What is unsent waits for the same user's next one, unless it was their wish to leave. */
  end(keepsUnsent: boolean): void {
    // Another page may have signed in anew, under the same name of the storage.
    if (this.#read<SignedIn>(SESSION_KEY)?.token === this.token) this.#remove(SESSION_KEY);
    if (!keepsUnsent && this.#read<StoredUnsent>(UNSENT_KEY)?.userId === this.user?.id) this.#remove(UNSENT_KEY);
    this.#signedIn = undefined;
  }

  /** The conversations in which the user has unsent messages. */
  get conversationsWithUnsent(): string[] {
    return [...new Set(this.#unsent.map(({ conversationId }) => conversationId))];
  }

  unsent(conversationId: string): Unsent[] {
    const stored = this.#unsent.filter((message) => message.conversationId === conversationId);
    return stored.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Keeps a message, or none, instead of what was stored under an id. Others, which another page may have put there, stay. */
  saveUnsent(conversationId: string, unsent: Unsent | undefined, before: string | undefined): void {
    const userId = this.user?.id;
    if (userId === undefined) return;
    const all = this.#unsent;
    const others = all.filter(({ clientId }) => clientId !== before && clientId !== unsent?.clientId);
    if (unsent === undefined && others.length === all.length) return;
    this.#write(UNSENT_KEY, { userId, unsent: unsent ? [...others, { ...unsent, conversationId }] : others });
  }

  /** The conversation is none of the user's any more. */
  forgetUnsent(conversationId: string): void {
    for (const { clientId } of this.unsent(conversationId)) this.saveUnsent(conversationId, undefined, clientId);
  }

  get #unsent(): StoredUnsent["unsent"] {
    const stored = this.#read<StoredUnsent>(UNSENT_KEY);
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

function memoryStorage(): KeyValueStorage {
  const stored = new Map<string, string>();
  return {
    getItem: (name) => stored.get(name) ?? null,
    setItem: (name, value) => void stored.set(name, value),
    removeItem: (name) => void stored.delete(name),
  };
}
