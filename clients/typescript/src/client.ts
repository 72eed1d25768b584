/** The client: the session, the live connection, the conversations and their members. */
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

/** How long `logout` waits for the server, for example without a network. */
const LOGOUT_TIMEOUT_MS = 5000;

export interface Options {
  /** Base URL of the API, without `/api`: `http://127.0.0.1:3000`. In a browser it defaults to the page's own origin. */
  url?: string;
  /** Keeps the session and unsent messages across a reload: `sessionStorage`, `localStorage` or similar. */
  storage?: KeyValueStorage;
  /** Needed in runtimes without a `WebSocket` (Node.js before 22): pass the one from the package `ws`. */
  WebSocket?: WebSocketConstructor;
  /** Address of the socket, if it differs from the one that the server returns. Useful with proxies. */
  socketUrl?: string;
}

export interface ChatEvents {
  status(status: Status): void;
  /** The list of conversations, its order or the state of a conversation changed. */
  conversations(): void;
  /** A new entry in any conversation. Each entry arrives once, in order within its conversation. */
  entry(entry: Entry, conversation: Conversation): void;
  /** A user came online or went offline. */
  presence(userId: string): void;
  /** The session ended because the user logged out, or because the server ended it. */
  ended(reason: "logged_out" | "session_ended"): void;
}

export class EmoteChat {
  /** Every endpoint of the HTTP API, for direct calls. */
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
    if (url === undefined) throw new TypeError("Set the option `url`. It is optional only in a browser page.");
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

  /** The signed-in user, or `null`. */
  get user(): CurrentUser | null {
    return this.#session.user;
  }

  /** The state of the live connection. */
  get status(): Status {
    return this.#connection?.status ?? { state: "closed" };
  }

  on<Event extends keyof ChatEvents>(event: Event, listener: ChatEvents[Event]): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Creates an account. Does not sign in. @throws Problem `email_taken`, `invalid_request` */
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

  /**
   * Resumes a stored session. Returns `null` if there is none or it has ended. Without a network, the stored session is
   * trusted.
   */
  async resume(): Promise<CurrentUser | null> {
    const signedIn = this.#session.resume();
    if (signedIn === undefined) return null;
    try {
      const { user } = await this.api.validate();
      // Another user may have signed in during the request.
      if (this.#session.token === signedIn.token) this.#session.updateUser(user);
    } catch {
      // If the session has ended, the client has already signed out. Any other error leaves the session in place.
    }
    return this.user;
  }

  /** Signs out. Without a network this affects only the client: the session on the server ends when it expires. */
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

  /** Changes the user's name. @throws Problem */
  async rename(name: string): Promise<CurrentUser> {
    const { user } = await this.api.changeProfile({ name });
    this.#session.updateUser(user);
    return user;
  }

  /** Opens the live connection and keeps it open until `close` is called or the session ends. */
  connect(): void {
    if (this.#connection !== undefined || this.user === null) return;
    const WebSocket = this.#options.WebSocket ?? globalThis.WebSocket;
    if (WebSocket === undefined)
      throw new TypeError("This runtime has no WebSocket. Pass one as the option `WebSocket`.");
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

  /**
   * Closes the live connection, all streams and all conversations. The user stays signed in. A later `connect` starts
   * with new conversations.
   */
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

  /** Connects now instead of waiting for the next retry. If a socket is open, checks that it still responds. */
  reconnectNow(): void {
    this.#connection?.nudge();
  }

  /** The conversations loaded so far, latest activity first. A new array after every change. */
  get conversations(): readonly Conversation[] {
    return this.#conversations?.list ?? [];
  }

  get hasMoreConversations(): boolean {
    return this.#conversations?.hasMore ?? false;
  }

  /** Loads the next page of conversations. @throws Problem */
  loadMoreConversations(): Promise<void> {
    return this.#signedInConversations.loadMore();
  }

  /** Returns a conversation, loading it if needed. @throws Problem 404 */
  conversation(id: string): Promise<Conversation> {
    return this.#signedInConversations.get(id);
  }

  /** Returns the direct conversation with a user, creating it if needed. @throws Problem */
  async direct(userId: string): Promise<Conversation> {
    const conversations = this.#signedInConversations;
    const { conversation } = await this.api.createConversation({ kind: "direct", user_id: userId });
    return conversations.adopt(conversation);
  }

  /** Creates a group. @throws Problem */
  async group(title: string, userIds: string[]): Promise<Conversation> {
    const conversations = this.#signedInConversations;
    const { conversation } = await this.api.createConversation({ kind: "group", title, user_ids: userIds });
    return conversations.adopt(conversation);
  }

  /** Searches for users by the beginning of a name or of a word in it. @throws Problem */
  async search(q: string, more: { limit?: number; cursor?: string } = {}) {
    const found = await this.api.searchUsers({ q, ...more });
    this.#people.learn(found.users);
    return found;
  }

  /** Returns a user, loading it only if it is not known yet. @throws Problem 404 */
  getUser(id: string): Promise<User> {
    return this.#people.user(id);
  }

  /** Returns a user that this client has already seen as a member or in search results. Takes the `null` of a `sender_id` too. */
  knownUser(id: string | null): User | undefined {
    return id === null ? undefined : this.#people.known(id);
  }

  isOnline(userId: string): boolean {
    return this.#people.isOnline(userId);
  }

  /** Returns all emoji. They are loaded once. @throws Problem */
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
      throw new Problem({ status: 401, code: "unauthenticated", detail: "Not signed in." });
    }
    this.#conversations ??= new Conversations({
      session: this.#session,
      host: {
        api: this.api,
        clock: this.#clock,
        readerId: this.user.id,
        emojiOf: (emote) => this.#emojiOf(emote),
        request: (action, members) =>
          this.#connection?.request(action, members) ?? Promise.reject(Problem.network("Not connected.")),
        entryDelivered: (entry, conversation) => this.#emitter.emit("entry", entry, conversation),
      },
      onMembers: (members) => this.#people.learnMembers(members),
      onChange: () => this.#emitter.emit("conversations"),
    });
    return this.#conversations;
  }

  /** Loads all emoji when the first unknown one appears. */
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
      // Newer servers may send other events.
    }
  }

  #end(reason: "logged_out" | "session_ended"): void {
    if (this.user === null) return;
    // The server also pushes the end of a session. That push may arrive before the response to `logout`.
    const actual = this.#isLoggingOut ? "logged_out" : reason;
    this.close();
    this.#session.end(actual === "session_ended");
    this.#emitter.emit("ended", actual);
  }
}
