/** One conversation: its ordered stream of entries, its messages and everything a member can do in it. */
import type { Api } from "./api.js";
import { pause } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { Emitter } from "./emitter.js";
import { follow } from "./follow.js";
import { messageFrom, targetSeq } from "./fold.js";
import { LiveState } from "./live-state.js";
import { Log } from "./log.js";
import { Outbox, type Sending } from "./outbox.js";
import { Problem } from "./problem.js";
import type { Unsent } from "./session-store.js";
import { Tracker } from "./tracker.js";
import type { Actions, ConversationState, Entry, Member, Message, Role, ServerEvent } from "./types.js";
import { Typing } from "./typing.js";
import { MessageWindow } from "./window.js";

/** The largest page of the log that the server returns. */
const LOG_PAGE_SIZE = 100;
/** How long to wait for the push of the user's own change. */
const ECHO_TIMEOUT_MS = 1000;

export interface ConversationEvents {
  /** A new entry. Each entry arrives once, in order, starting when the client first knew the conversation. */
  entry(entry: Entry): void;
  /** Any property of the conversation changed. */
  change(): void;
}

/** What a conversation needs from its client. @internal */
export interface Host {
  readonly api: Api;
  readonly clock: ServerClock;
  readonly readerId: string;
  emojiOf(emote: string): string | undefined;
  request<Action extends keyof Actions>(
    action: Action,
    members: Actions[Action]["members"],
  ): Promise<Actions[Action]["data"]>;
  /** The conversation may have moved in the list. */
  stateChanged(): void;
  /** A response contained these members and their online status. */
  membersSeen(members: readonly Member[]): void;
  saveUnsent(conversationId: string, unsent: Unsent | undefined, previousId: string | undefined): void;
  entryDelivered(entry: Entry, conversation: Conversation): void;
  conversationGone(conversation: Conversation): void;
}

export class Conversation {
  readonly id: string;
  readonly kind: ConversationState["kind"];
  readonly #host: Host;
  readonly #emitter = new Emitter<ConversationEvents>();
  readonly #ended = new AbortController();
  readonly #log: Log;
  readonly #tracker: Tracker;
  readonly #state: LiveState;
  readonly #window: MessageWindow;
  readonly #outbox: Outbox;
  readonly #typing: Typing;
  #opening: Promise<void> | undefined;
  #markingRead: Promise<void> | undefined;
  /** The entry up to which the user wants to have read. */
  #readTarget = 0;

  /** Starts from a known state. The stream begins after `position`. @internal */
  constructor(host: Host, state: ConversationState, position: number) {
    const { id, kind } = state;
    const { api, readerId } = host;
    const { signal } = this.#ended;
    const common = {
      readerId,
      emojiOf: (emote: string) => host.emojiOf(emote),
      onHead: (seq: number) => this.#log.offer([], seq),
      onGone: () => this.end(),
      signal,
    };
    this.id = id;
    this.kind = kind;
    this.#host = host;
    this.#tracker = new Tracker(position, {
      deliver: (entry) => this.#deliver(entry),
      isFull: () => false,
      hasRoom: () => true,
    });
    this.#log = new Log({ read: (from) => api.listEntries(id, { after: from, limit: LOG_PAGE_SIZE }), ...common });
    this.#log.add(this.#tracker);
    this.#window = new MessageWindow({ api, conversationId: id, onChange: () => this.#changed(), ...common });
    this.#state = new LiveState(state, {
      load: async () => (await api.getConversation(id)).conversation,
      // A local count is valid only if the stream has reached the head of the state.
      unreadAfter: (seq) => (this.position >= this.state.head_seq ? this.#window.unreadAfter(seq) : undefined),
      onChange: () => (host.stateChanged(), this.#changed()),
      onMembers: (members) => host.membersSeen(members),
      ...common,
    });
    this.#outbox = new Outbox({
      send: (unsent) => this.#send(unsent),
      newId: () => host.clock.clientId(),
      onChange: () => this.#changed(),
      onSave: (unsent, previousId) => host.saveUnsent(id, unsent, previousId),
    });
    this.#typing = new Typing(
      () => void host.request("typing", { conversation_id: id }).catch(() => undefined),
      () => this.#changed(),
    );
  }

  /** The current state, in the form that the API returns. */
  get state(): ConversationState {
    return this.#state.current;
  }

  /** Whether the user left or was removed. No more entries arrive. */
  get isGone(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Whether `messages` has been loaded. */
  get isOpen(): boolean {
    return this.#window.isLoaded;
  }

  /** The newest messages in their current form, ascending, as many as were loaded. A new array after every change. */
  get messages(): readonly Message[] {
    return this.#window.messages;
  }

  /** Whether there are messages before the first of `messages`. */
  get hasOlder(): boolean {
    return this.#window.hasOlder;
  }

  /** The user's messages that are not in the log yet, oldest first. */
  get sending(): readonly Sending[] {
    return this.#outbox.sending;
  }

  /** The other members who are typing now. */
  get typingUserIds(): readonly string[] {
    return this.#typing.userIds;
  }

  /** The newest entry that the stream has delivered. */
  get position(): number {
    return this.#tracker.position;
  }

  /** Adds a listener. Returns a function that removes it. */
  on<Event extends keyof ConversationEvents>(event: Event, listener: ConversationEvents[Event]): () => void {
    return this.#emitter.on(event, listener);
  }

  /**
   * Every entry after `after`, once, in order and without a gap, as they arrive. By default it starts with the next new
   * entry. For a slow reader, up to 500 entries are buffered, and the rest is read from the log later. Ends when the
   * user is no longer a member, when the client is closed or when the signal is aborted. Buffered entries are still
   * delivered.
   */
  follow({ after: from, signal }: { after?: number; signal?: AbortSignal } = {}): AsyncIterableIterator<Entry> {
    const signals = signal === undefined ? [this.#ended.signal] : [this.#ended.signal, signal];
    return follow(this.#log, from ?? this.position, signals);
  }

  /** Loads the newest messages and all members. Repeated calls load once. @throws Problem */
  open(): Promise<void> {
    this.#opening ??= Promise.all([this.#window.load(), this.#state.load()]).then(
      () => this.#changed(),
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  /** Loads the page before the first of `messages`. @throws Problem */
  loadOlder(): Promise<void> {
    return this.#window.loadOlder();
  }

  /** Returns one of `messages`, if it is loaded. */
  loaded(seq: number): Message | undefined {
    return this.#window.get(seq);
  }

  /** Returns a message in its current form, loading it if needed. @throws Problem 404 */
  message(seq: number): Promise<Message> {
    return this.#window.message(seq);
  }

  /** Sends a message. It stays in `sending` until it is in the log, no matter how long that takes. */
  send(content: string, { replyTo }: { replyTo?: number | undefined } = {}): Sending {
    const clientId = this.#host.clock.clientId();
    this.#typing.reset();
    return this.#outbox.add({ clientId, content, replyTo: replyTo ?? null, createdAt: Date.now() });
  }

  /** Edits a message. @throws Problem */
  edit(seq: number, content: string): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.editMessage(this.id, seq, { content }));
  }

  /** Deletes a message. @throws Problem */
  delete(seq: number): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.deleteMessage(this.id, seq));
  }

  /** Adds a reaction. `emote` is a shortcode or an emoji. @throws Problem */
  react(seq: number, emote: string): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.addReaction(this.id, seq, emote));
  }

  /** Removes a reaction. @throws Problem */
  unreact(seq: number, emote: string): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.removeReaction(this.id, seq, emote));
  }

  /**
   * Moves the user's read mark forward, by default to the newest entry. It never moves back. If the network fails, the
   * client tries again after it has reconnected. @throws Problem
   */
  markRead(seq: number = this.state.head_seq): Promise<void> {
    this.#readTarget = Math.max(this.#readTarget, seq);
    this.#markingRead ??= this.#markRead().finally(() => (this.#markingRead = undefined));
    return this.#markingRead;
  }

  /** Tells the other members that the user is typing. Call it at each key press. */
  typing(): void {
    this.#typing.keyPressed();
  }

  /** Renames a group. @throws Problem */
  async retitle(title: string): Promise<void> {
    this.merge((await this.#host.api.changeConversation(this.id, { title })).conversation);
  }

  /** Adds members to a group, or changes the role of members. @throws Problem */
  async add(userIds: string[], role?: Role): Promise<void> {
    const body = role === undefined ? { user_ids: userIds } : { user_ids: userIds, role };
    this.merge((await this.#host.api.addMembers(this.id, body)).conversation);
  }

  /** Removes a member from a group. @throws Problem */
  async remove(userId: string): Promise<void> {
    await this.#host.api.removeMember(this.id, userId);
    if (userId === this.#host.readerId) this.end();
    else await this.#state.load().catch(() => this.#state.refresh());
  }

  /** Leaves a group. @throws Problem */
  leave(): Promise<void> {
    return this.remove(this.#host.readerId);
  }

  /** Accepts pushed entries, or those of a reply to `sync`. @internal */
  receive(entries: readonly Entry[], head = 0): void {
    this.#log.offer(entries, head);
  }

  /** Handles an event of this conversation. @internal */
  handle(event: ServerEvent): void {
    if (event.event === "entry") this.receive([event.data]);
    else if (event.event === "typing") {
      this.#typing.add(event.data.user_id, Date.parse(event.data.expires_at) - this.#host.clock.now());
    } else if (event.event === "read") {
      const { user_id, read_seq } = event.data;
      this.#state.readBy(user_id, read_seq);
      if (user_id === this.#host.readerId) this.#state.read(read_seq, undefined);
    }
  }

  /** Merges a state from a response, unless the known state is newer. @internal */
  merge(state: ConversationState): void {
    this.#state.merge(state);
  }

  /** Resumes pending work on a new connection. @internal */
  resume(): void {
    this.#outbox.wake();
    this.#log.wake();
    this.#state.wake();
    if (this.isOpen) this.#state.refresh();
    if (this.#readTarget > this.state.read_seq) this.markRead(this.#readTarget).catch(() => undefined);
  }

  /** Restores the unsent messages of an earlier visit. @internal */
  restore(unsent: readonly Unsent[]): void {
    for (const message of unsent) this.#outbox.restore(message);
  }

  /** Ends the conversation because the user is no longer a member. @internal */
  end(): void {
    if (this.isGone) return;
    this.#stop(
      new Problem({ status: 404, code: "not_found", detail: "You're no longer a member of this conversation." }),
    );
    this.#host.conversationGone(this);
    this.#changed();
  }

  /** Ends the conversation because the client is closed. @internal */
  close(): void {
    if (!this.isGone) this.#stop(Problem.closed());
  }

  #stop(problem: Problem): void {
    this.#ended.abort();
    this.#typing.stop();
    this.#outbox.stop(problem);
  }

  async #send({ clientId, content, replyTo }: Unsent): Promise<{ message: Message; isDelivered: boolean }> {
    const body = { client_id: clientId, content, ...(replyTo !== null && { reply_to: replyTo }) };
    const { message } = await this.#host.api.sendMessage(this.id, body);
    this.receive([{ type: "message", ...message, reactions: [] }]);
    return { message, isDelivered: message.seq <= this.position };
  }

  /**
   * The server also pushes a user's own changes. If the push is lost, or there is no socket, the change is read from
   * the log.
   */
  async #expectEcho(seq: number, pending: Promise<{ message: Message }>): Promise<Message> {
    let isSeen = false;
    const unsubscribe = this.on("entry", (entry) => {
      isSeen ||= entry.sender_id === this.#host.readerId && targetSeq(entry) === seq;
    });
    try {
      const { message } = await pending;
      void pause(ECHO_TIMEOUT_MS, this.#ended.signal).then(() => {
        unsubscribe();
        if (!isSeen && !this.isGone) this.#log.poll(this.position);
      });
      return message;
    } catch (error) {
      unsubscribe();
      throw error;
    }
  }

  async #markRead(): Promise<void> {
    while (this.#readTarget > this.state.read_seq && !this.isGone) {
      const seq = this.#readTarget;
      const head = this.state.head_seq;
      try {
        const { read_seq, unread_count } = await this.#requestRead(seq);
        this.#state.read(read_seq, this.state.head_seq === head ? unread_count : undefined);
        if (read_seq < seq) return;
      } catch (error) {
        if (!Problem.from(error).isTransient) this.#readTarget = this.state.read_seq;
        throw error;
      }
    }
  }

  /** Uses the socket if one is open, and HTTP otherwise. */
  async #requestRead(seq: number): Promise<{ read_seq: number; unread_count: number }> {
    try {
      return await this.#host.request("read", { conversation_id: this.id, seq });
    } catch (error) {
      if (Problem.from(error).status !== 0) throw error;
      return this.#host.api.markRead(this.id, { seq });
    }
  }

  #deliver(entry: Entry): void {
    const { readerId } = this.#host;
    this.#window.apply(entry);
    if (entry.type === "message") {
      if (entry.sender_id !== null) this.#typing.remove(entry.sender_id);
      if (entry.sender_id === readerId) this.#outbox.confirm(messageFrom(entry));
    }
    this.#state.apply(entry);
    this.#emitter.emit("entry", entry);
    this.#host.entryDelivered(entry, this);
    // If newer entries exist, the user was added again. `end` runs after every other reader of the log has the entry.
    const isRemoved = entry.type === "member_removed" && entry.user_id === readerId && entry.seq >= this.#log.head;
    if (isRemoved) queueMicrotask(() => this.end());
  }

  #changed(): void {
    this.#emitter.emit("change");
  }
}
