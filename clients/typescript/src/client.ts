/** The client: who is signed in, the live connection, the conversations, and the people in them. */
import { Api } from "./api.js";
import { ServerClock } from "./clock.js";
import { pause } from "./backoff.js";
import { Connection, type Status } from "./connection.js";
import type { Conversation } from "./conversation.js";
import { Conversations } from "./conversations.js";
import { Emitter } from "./emitter.js";
import { People } from "./people.js";
import { Problem } from "./problem.js";
import { SessionStore, type KeyValueStorage } from "./session-store.js";
import type { WebSocketConstructor } from "./socket.js";
import type { CurrentUser, Emote, Entry, ServerEvent, User } from "./types.js";

/** Without a network, leaving has to wait no longer. */
const LOGOUT_TIMEOUT_MS = 5000;

export interface Options {
  /** Where the API is, without `/api`: `http://127.0.0.1:3000`. In a browser the page's own origin, if not said. */
  url?: string;
  /** Keeps the session and unsent messages over a reload: `sessionStorage`, `localStorage`, or the like. */
  storage?: KeyValueStorage;
  /** For runtimes that have none (Node.js before 22): that of the package `ws`. */
  WebSocket?: WebSocketConstructor;
  /** Where the socket is, if not where the server says: for proxies. */
  socketUrl?: string;
}

export interface ChatEvents {
  status(status: Status): void;
  /** The conversations, their order, or the state of one. */
  conversations(): void;
  /** An entry of any conversation: each once, in order within its conversation. */
  entry(entry: Entry, conversation: Conversation): void;
  /** Somebody came or went. */
  presence(userId: string): void;
  /** Nobody is signed in any more: by one's own wish, or because the session is over. */
  ended(reason: "logged_out" | "session_ended"): void;
}

export class EmoteChat {
  /** Every endpoint, as it is. */
  readonly api: Api;
  readonly #clock = new ServerClock();
  readonly #emitter = new Emitter<ChatEvents>();
  readonly #options: Options;
  readonly #session: SessionStore;
  #people: People;
  #conversations: Conversations | undefined;
  #connection: Connection | undefined;
  #emotes: Promise<Emote[]> | undefined;
  #emojis = new Map<string, string>();
  #isLoggingOut = false;

  constructor(options: Options = {}) {
    this.#options = options;
    this.#session = new SessionStore(options.storage);
    const url = options.url ?? globalThis.location?.origin;
    if (url === undefined)
      throw new TypeError("Say where EmoteChat is: there is no page here, whose origin it could be.");
    this.api = new Api({
      url,
      clock: this.#clock,
      token: () => this.#session.token,
      onSignedOut: (token) => {
        if (token === this.#session.token) this.#end("session_ended");
      },
    });
    this.#people = this.#newPeople();
  }

  /** Who is signed in. */
  get user(): CurrentUser | null {
    return this.#session.user;
  }

  /** Of the live connection. */
  get status(): Status {
    return this.#connection?.status ?? { state: "closed" };
  }

  on<Event extends keyof ChatEvents>(event: Event, listener: ChatEvents[Event]): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Makes an account, and does not sign in. @throws Problem `email_taken`, `invalid_request` */
  async register(account: { name: string; email: string; password: string }): Promise<CurrentUser> {
    return (await this.api.register(account)).user;
  }

  /** Signs in. @throws Problem `invalid_credentials`, `too_many_attempts` */
  async login(email: string, password: string): Promise<CurrentUser> {
    const { token, user } = await this.api.login({ email, password });
    this.close();
    this.#session.begin({ token, user });
    return user;
  }

  /** Goes on with the session of an earlier visit; `null` if there is none, or it is over. Without a network it is believed. */
  async resume(): Promise<CurrentUser | null> {
    const signedIn = this.#session.resume();
    if (signedIn === undefined) return null;
    try {
      const { user } = await this.api.validate();
      // One may have signed in as somebody else meanwhile.
      if (this.#session.token === signedIn.token) this.#session.updateUser(user);
    } catch {
      // If the session is over, nobody is signed in by now; whatever else it was does not end it.
    }
    return this.user;
  }

  /** Signs out. Without a network, only here: the server ends the session when its time comes. */
  async logout(): Promise<void> {
    this.#isLoggingOut = true;
    try {
      await Promise.race([this.api.logout(), pause(LOGOUT_TIMEOUT_MS)]);
    } catch (error) {
      const problem = Problem.from(error);
      if (!problem.isTransient && !problem.isSignedOut) throw problem;
    } finally {
      this.#isLoggingOut = false;
    }
    this.#end("logged_out");
  }

  /** @throws Problem */
  async rename(name: string): Promise<CurrentUser> {
    const { user } = await this.api.changeProfile({ name });
    this.#session.updateUser(user);
    return user;
  }

  /** Starts the live connection and keeps it until `close` or the end of the session. */
  connect(): void {
    if (this.#connection !== undefined || this.user === null) return;
    const WebSocket = this.#options.WebSocket ?? globalThis.WebSocket;
    if (WebSocket === undefined) throw new TypeError("There is no WebSocket here: give one as an option.");
    const conversations = this.#signedInConversations;
    this.#connection = new Connection({
      api: this.api,
      clock: this.#clock,
      WebSocket,
      url: this.#options.socketUrl,
      onEvent: (event) => this.#handle(event),
      onStatus: (status) => this.#emitter.emit("status", status),
      onSignedOut: () => this.#end("session_ended"),
      onHeartbeat: (socket, hello, isNew) => conversations.catchUp(socket, hello, isNew),
    });
    globalThis.addEventListener?.("online", this.#nudge);
    globalThis.addEventListener?.("offline", this.#nudge);
    globalThis.document?.addEventListener("visibilitychange", this.#nudge);
    this.#connection.start();
  }

  /** Ends the live connection, all streams and all conversations. One stays signed in and may connect again, to new ones. */
  close(): void {
    globalThis.removeEventListener?.("online", this.#nudge);
    globalThis.removeEventListener?.("offline", this.#nudge);
    globalThis.document?.removeEventListener("visibilitychange", this.#nudge);
    this.#connection?.stop();
    this.#connection = undefined;
    this.#conversations?.stop();
    this.#conversations = undefined;
    this.#people.stop();
    this.#people = this.#newPeople();
  }

  /** Tries to connect now rather than later, and makes sure that what is open is alive. */
  reconnectNow(): void {
    this.#connection?.nudge();
  }

  /** Those that are known, the latest activity first. Another array when one of them changed. */
  get conversations(): readonly Conversation[] {
    return this.#conversations?.list ?? [];
  }

  get hasMoreConversations(): boolean {
    return this.#conversations?.hasMore ?? false;
  }

  /** @throws Problem */
  loadMoreConversations(): Promise<void> {
    return this.#signedInConversations.loadMore();
  }

  /** @throws Problem 404 */
  conversation(id: string): Promise<Conversation> {
    return this.#signedInConversations.get(id);
  }

  /** The conversation with somebody, which is made if there is none. @throws Problem */
  async direct(userId: string): Promise<Conversation> {
    const conversations = this.#signedInConversations;
    const { conversation } = await this.api.createConversation({ kind: "direct", user_id: userId });
    return conversations.adopt(conversation);
  }

  /** A new group. @throws Problem */
  async group(title: string, userIds: string[]): Promise<Conversation> {
    const conversations = this.#signedInConversations;
    const { conversation } = await this.api.createConversation({ kind: "group", title, user_ids: userIds });
    return conversations.adopt(conversation);
  }

  /** By the beginning of a name or of a word in it. @throws Problem */
  async search(q: string, more: { limit?: number; cursor?: string } = {}) {
    const found = await this.api.searchUsers({ q, ...more });
    this.#people.learn(found.users);
    return found;
  }

  /** Anybody; asked for once. @throws Problem 404 */
  getUser(id: string): Promise<User> {
    return this.#people.user(id);
  }

  /** Anybody of whom this client has heard: members of conversations, and whom a search found. */
  knownUser(id: string): User | undefined {
    return this.#people.known(id);
  }

  isOnline(userId: string): boolean {
    return this.#people.isOnline(userId);
  }

  /** All emotes; asked for once. @throws Problem */
  emotes(): Promise<Emote[]> {
    this.#emotes ??= this.api.listEmotes().then(
      ({ emotes }) => {
        this.#emojis = new Map(emotes.map(({ shortcode, emoji }) => [shortcode, emoji]));
        return emotes;
      },
      (error: unknown) => {
        this.#emotes = undefined;
        throw error;
      },
    );
    return this.#emotes;
  }

  readonly #nudge = () => {
    if (globalThis.document?.visibilityState !== "hidden") this.reconnectNow();
  };

  get #signedInConversations(): Conversations {
    if (this.user === null) {
      throw new Problem({ status: 401, code: "unauthenticated", detail: "Nobody is signed in." });
    }
    this.#conversations ??= new Conversations({
      session: this.#session,
      host: {
        api: this.api,
        clock: this.#clock,
        readerId: this.user.id,
        emojiOf: (emote) => this.#emojiOf(emote),
        request: (action, members) =>
          this.#connection?.request(action, members) ?? Promise.reject(Problem.network("There is no socket.")),
        entryDelivered: (entry, conversation) => this.#emitter.emit("entry", entry, conversation),
      },
      onMembers: (members) => this.#people.learnMembers(members),
      onChange: () => this.#emitter.emit("conversations"),
    });
    return this.#conversations;
  }

  /** All emotes are asked for when the first is met of which the emoji is not known. */
  #emojiOf(emote: string): string | undefined {
    const emoji = this.#emojis.get(emote);
    if (emoji === undefined) this.emotes().catch(() => undefined);
    return emoji;
  }

  #newPeople(): People {
    return new People(this.api, this.#clock, (userId) => this.#emitter.emit("presence", userId));
  }

  #handle(event: ServerEvent): void {
    switch (event.event) {
      case "presence":
        return this.#people.handle(event.data);
      case "session_ended":
        return this.#end("session_ended");
      case "entry":
      case "conversation":
      case "read":
      case "typing":
        return this.#conversations?.handle(event);
      // There may be others one day.
    }
  }

  #end(reason: "logged_out" | "session_ended"): void {
    if (this.user === null) return;
    // That the session is over is pushed as well, and may be here before the answer to one's own wish.
    const actual = this.#isLoggingOut ? "logged_out" : reason;
    this.close();
    this.#session.end(actual === "session_ended");
    this.#emitter.emit("ended", actual);
  }
}
