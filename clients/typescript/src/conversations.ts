/** The user's conversations, latest activity first. They are found page by page, through pushes and through `sync`. */
import { SingleFlight } from "./single-flight.js";
import { Conversation, type Host } from "./conversation.js";
import { Problem } from "./problem.js";
import type { SessionStore } from "./session-store.js";
import type { Socket } from "./socket.js";
import type { ConversationState, Hello, Member, ServerEvent } from "./types.js";

/** Conversations per page. */
const PAGE_SIZE = 50;
/** The maximum number of entries per conversation in a reply to `sync`. */
const SYNC_ENTRIES = 100;

export interface ConversationsOptions {
  host: Omit<Host, "stateChanged" | "membersSeen" | "saveUnsent" | "conversationGone">;
  session: SessionStore;
  /** Called when a conversation's state or the order of the list changes. */
  onChange: () => void;
  /** Called with the members in a response. */
  onMembers: (members: readonly Member[]) => void;
}

export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #host: Host;
  readonly #known = new Map<string, Conversation>();
  readonly #loadingById = new SingleFlight<Conversation>();
  #list: readonly Conversation[] | undefined = [];
  #pages = 0;
  #totalPages = 1;
  #loading: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    this.#host = {
      ...options.host,
      stateChanged: () => this.#changed(),
      membersSeen: (members) => options.onMembers(members),
      saveUnsent: (...args) => options.session.saveUnsent(...args),
      conversationGone: (conversation) => {
        if (this.#known.get(conversation.id) === conversation) this.#known.delete(conversation.id);
        this.#changed();
      },
    };
  }

  get list(): readonly Conversation[] {
    this.#list ??= [...this.#known.values()].sort((a, b) =>
      b.state.updated_at < a.state.updated_at ? -1 : b.state.updated_at > a.state.updated_at ? 1 : 0,
    );
    return this.#list;
  }

  get hasMore(): boolean {
    return this.#pages < this.#totalPages;
  }

  /** Returns one of the user's conversations, loading it if needed. @throws Problem 404 */
  async get(id: string, before?: number): Promise<Conversation> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    return this.#loadingById.run(id, async () => {
      const { conversation } = await this.#host.api.getConversation(id);
      return this.adopt(conversation, before);
    });
  }

  /**
   * Adds or updates a conversation from a response. The stream of a new conversation begins after the state, or after
   * `position`.
   * @throws Problem `closed`: the client was closed during the request
   */
  adopt(state: ConversationState, position = state.head_seq): Conversation {
    if (this.#isStopped) throw Problem.closed();
    const known = this.#known.get(state.id);
    if (known !== undefined) {
      known.merge(state);
      return known;
    }
    const conversation = new Conversation(this.#host, state, Math.min(position, state.head_seq));
    this.#known.set(state.id, conversation);
    this.#options.onMembers(state.members);
    conversation.receive([], state.head_seq);
    conversation.restore(this.#options.session.unsent(state.id));
    this.#changed();
    return conversation;
  }

  /** Loads the next page, if there is one. Concurrent calls share one request. @throws Problem */
  loadMore(): Promise<void> {
    if (!this.hasMore) return Promise.resolve();
    this.#loading ??= this.#load(this.#pages + 1).finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Synchronizes with the server, on a new socket and at each heartbeat. @throws Problem */
  async catchUp(socket: Socket, hello: Hello, isNew: boolean): Promise<void> {
    const isFirst = this.#pages === 0;
    if (isFirst) await this.#load(1);
    await this.#sync(socket, hello.limits.sync_conversations);
    if (isNew) {
      // Read marks and online status are not in the log. Conversations with activity during the outage are on the first
      // page now.
      if (!isFirst) await this.#load(1);
      for (const conversation of this.list) conversation.resume();
    }
    for (const id of this.#options.session.conversationsWithUnsent) void this.#restore(id);
  }

  /** Handles an event of one conversation. */
  handle(event: Exclude<ServerEvent, { event: "presence" | "session_ended" }>): void {
    const known = this.#known.get(event.conversation_id);
    if (event.event === "conversation") {
      this.adopt(event.data);
    } else if (known !== undefined) {
      known.handle(event);
    } else if (event.event === "entry") {
      // For the user's removal from an unknown conversation this fails with 404, and there is nothing to update.
      const { seq, data } = event;
      this.get(event.conversation_id, seq - 1).then(
        (conversation) => conversation.receive([data]),
        () => undefined,
      );
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const conversation of this.#known.values()) conversation.close();
    this.#known.clear();
    this.#changed();
  }

  async #load(page: number): Promise<void> {
    const { conversations, pagination } = await this.#host.api.listConversations({ page, page_size: PAGE_SIZE });
    this.#pages = Math.max(this.#pages, page);
    this.#totalPages = pagination.total_pages;
    for (const state of conversations) this.adopt(state);
    this.#changed();
  }

  /** Restores unsent messages of a conversation that is not on a loaded page. */
  async #restore(id: string): Promise<void> {
    try {
      await this.get(id);
    } catch (error) {
      if (Problem.from(error).status === 404) this.#options.session.forgetUnsent(id);
    }
  }

  async #sync(socket: Socket, limit: number): Promise<void> {
    const synced = this.list.slice(0, limit);
    const progress = () => synced.reduce((sum, { position }) => sum + position, 0);
    for (;;) {
      const before = progress();
      const since = Object.fromEntries(synced.map(({ id, position }) => [id, position]));
      const { conversations, gone, has_more } = await socket.request("sync", { since, limit: SYNC_ENTRIES });
      for (const id of gone) this.#known.get(id)?.end();
      for (const { conversation_id, entries, head_seq } of conversations) {
        const known = this.#known.get(conversation_id);
        if (known !== undefined) known.receive(entries, head_seq);
        // A conversation on a page that is not loaded yet appears with its page, or when something happens in it.
        else if (!this.hasMore) void this.get(conversation_id).catch(() => undefined);
      }
      if (!has_more || progress() === before) return;
    }
  }

  #changed(): void {
    this.#list = undefined;
    this.#options.onChange();
  }
}
