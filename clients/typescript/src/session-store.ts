/** The session and the unsent messages, stored so that they survive a reload. */
import type { CurrentUser } from "./types.js";

/** The storage to use, with the interface of Web Storage. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface SignedIn {
  token: string;
  user: CurrentUser;
}

/** The saved form of an unsent message. */
export interface Unsent {
  clientId: string;
  content: string;
  replyTo: number | null;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** The message must not be sent again without the user's request. */
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

  /** Without a storage, everything is kept in memory. */
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
    // Another user's unsent messages must not be sent.
    if (this.#read<StoredUnsent>(UNSENT_KEY)?.userId !== signedIn.user.id) this.#remove(UNSENT_KEY);
  }

  /** Returns the session of an earlier visit. */
  resume(): SignedIn | undefined {
    this.#signedIn ??= this.#read<SignedIn>(SESSION_KEY);
    return this.#signedIn;
  }

  updateUser(user: CurrentUser): void {
    if (this.#signedIn !== undefined) this.begin({ ...this.#signedIn, user });
  }

  /** Removes the session. With `keepsUnsent`, unsent messages are kept for the same user's next session. */
  end(keepsUnsent: boolean): void {
    // Another page with the same storage may have signed in again.
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

  /** Replaces what was saved under `previousId` with a message, or removes it. Messages saved by other pages are kept. */
  saveUnsent(conversationId: string, unsent: Unsent | undefined, previousId: string | undefined): void {
    const userId = this.user?.id;
    if (userId === undefined) return;
    const all = this.#unsent;
    const others = all.filter(({ clientId }) => clientId !== previousId && clientId !== unsent?.clientId);
    if (unsent === undefined && others.length === all.length) return;
    this.#write(UNSENT_KEY, { userId, unsent: unsent ? [...others, { ...unsent, conversationId }] : others });
  }

  /** Removes the unsent messages of a conversation that the user has left. */
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
      // Invalid or truncated data counts as missing.
      return undefined;
    }
  }

  #write(name: string, value: unknown): void {
    try {
      this.#storage.setItem(name, JSON.stringify(value));
    } catch {
      // The storage is full or access is denied. The session continues without it.
    }
  }

  #remove(name: string): void {
    try {
      this.#storage.removeItem(name);
    } catch {
      // Access is denied. The session continues without it.
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
