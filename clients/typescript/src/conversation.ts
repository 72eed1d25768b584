/** One conversation: its ordered stream, its messages as they stand, and all that one does in it. */
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

/** Entries of a reading of the log: the most that the server gives. */
const LOG_PAGE_SIZE = 100;
/** The push of what one did has so long to come. */
const ECHO_TIMEOUT_MS = 1000;

export interface ConversationEvents {
  /** Each entry once, in order, from when the conversation became known. */
  entry(entry: Entry): void;
  /** Anything that can be read here is another now. */
  change(): void;
}

/** What a conversation needs of the client that it belongs to. @internal */
export interface Host {
  readonly api: Api;
  readonly clock: ServerClock;
  readonly readerId: string;
  emojiOf(emote: string): string | undefined;
  request<Action extends keyof Actions>(
    action: Action,
    members: Actions[Action]["members"],
  ): Promise<Actions[Action]["data"]>;
  /** Its place among others may be another. */
  stateChanged(): void;
  /** An answer shows these members, and who of them is online now. */
  membersSeen(members: readonly Member[]): void;
  saveUnsent(conversationId: string, unsent: Unsent | undefined, before: string | undefined): void;
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
  /** How far one wants to have read. */
  #readTarget = 0;

  /** From a state of it; its stream begins behind `position`. @internal */
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
      // What is counted has to be as new as what it is counted for.
      unreadAfter: (seq) => (this.position >= this.state.head_seq ? this.#window.unreadAfter(seq) : undefined),
      onChange: () => (host.stateChanged(), this.#changed()),
      onMembers: (members) => host.membersSeen(members),
      ...common,
    });
    this.#outbox = new Outbox({
      send: (unsent) => this.#send(unsent),
      newId: () => host.clock.clientId(),
      onChange: () => this.#changed(),
      onSave: (unsent, before) => host.saveUnsent(id, unsent, before),
    });
    this.#typing = new Typing(
      () => void host.request("typing", { conversation_id: id }).catch(() => undefined),
      () => this.#changed(),
    );
  }

  /** The conversation as the API shows it, as of now. */
  get state(): ConversationState {
    return this.#state.current;
  }

  /** Whether one left or was removed: nothing more comes. */
  get isGone(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Whether `messages` has been loaded. */
  get isOpen(): boolean {
    return this.#window.isLoaded;
  }

  /** The newest messages as they stand, as many as were loaded, ascending. Another array when one changed. */
  get messages(): readonly Message[] {
    return this.#window.messages;
  }

  /** Whether there are messages before the first of `messages`. */
  get hasOlder(): boolean {
    return this.#window.hasOlder;
  }

  /** One's messages that are not in the log yet, the oldest first. */
  get sending(): readonly Sending[] {
    return this.#outbox.sending;
  }

  /** Who else is writing now. */
  get typingUserIds(): readonly string[] {
    return this.#typing.userIds;
  }

  /** The newest entry that the stream handed on. */
  get position(): number {
    return this.#tracker.position;
  }

  /** Gives what ends the listening. */
  on<Event extends keyof ConversationEvents>(event: Event, listener: ConversationEvents[Event]): () => void {
    return this.#emitter.on(event, listener);
  }

  /**
   * Each entry behind `after`, once, in order, without a gap, as they come; by default, those from now on. Of a reader that is slow,
   * 500 entries wait, and the rest in the log. Ends when one is no member any more, when the client is closed, or with the signal;
   * what waits is still given.
   */
  follow({ after: from, signal }: { after?: number; signal?: AbortSignal } = {}): AsyncIterableIterator<Entry> {
    const signals = signal === undefined ? [this.#ended.signal] : [this.#ended.signal, signal];
    return follow(this.#log, from ?? this.position, signals);
  }

  /** Loads the newest messages, once, and all members. @throws Problem */
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

  /** One of `messages`, if it is among them. */
  loaded(seq: number): Message | undefined {
    return this.#window.get(seq);
  }

  /** One message, as it stands: of `messages`, or else asked for. @throws Problem 404 */
  message(seq: number): Promise<Message> {
    return this.#window.message(seq);
  }

  /** Sends a message: it stands in `sending` until it is in the log, however long that takes. */
  send(content: string, { replyTo }: { replyTo?: number | undefined } = {}): Sending {
    const clientId = this.#host.clock.clientId();
    this.#typing.reset();
    return this.#outbox.add({ clientId, content, replyTo: replyTo ?? null, createdAt: Date.now() });
  }

  /** @throws Problem */
  edit(seq: number, content: string): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.editMessage(this.id, seq, { content }));
  }

  /** @throws Problem */
  delete(seq: number): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.deleteMessage(this.id, seq));
  }

  /** `emote` is a shortcode or an emoji. @throws Problem */
  react(seq: number, emote: string): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.addReaction(this.id, seq, emote));
  }

  /** @throws Problem */
  unreact(seq: number, emote: string): Promise<Message> {
    return this.#expectEcho(seq, this.#host.api.removeReaction(this.id, seq, emote));
  }

  /** Moves one's read mark, by default to the newest entry; never back. What fails for the network goes on when it is back. @throws Problem */
  markRead(seq: number = this.state.head_seq): Promise<void> {
    this.#readTarget = Math.max(this.#readTarget, seq);
    this.#markingRead ??= this.#markRead().finally(() => (this.#markingRead = undefined));
    return this.#markingRead;
  }

  /** Tells the others that one is writing; to be called at each key. */
  typing(): void {
    this.#typing.keyPressed();
  }

  /** Of a group. @throws Problem */
  async retitle(title: string): Promise<void> {
    this.merge((await this.#host.api.changeConversation(this.id, { title })).conversation);
  }

  /** To a group, or gives members another role. @throws Problem */
  async add(userIds: string[], role?: Role): Promise<void> {
    const body = role === undefined ? { user_ids: userIds } : { user_ids: userIds, role };
    this.merge((await this.#host.api.addMembers(this.id, body)).conversation);
  }

  /** From a group. @throws Problem */
  async remove(userId: string): Promise<void> {
    await this.#host.api.removeMember(this.id, userId);
    if (userId === this.#host.readerId) this.end();
    else await this.#state.load().catch(() => this.#state.refresh());
  }

  /** A group. @throws Problem */
  leave(): Promise<void> {
    return this.remove(this.#host.readerId);
  }

  /** Takes what was pushed, or an answer to `sync`. @internal */
  receive(entries: readonly Entry[], head = 0): void {
    this.#log.offer(entries, head);
  }

  /** @internal */
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

  /** Takes a state of an answer, unless it is older than what is known. @internal */
  merge(state: ConversationState): void {
    this.#state.merge(state);
  }

  /** The connection is new: what waits for it goes on. @internal */
  resume(): void {
    this.#outbox.wake();
    this.#log.wake();
    this.#state.wake();
    if (this.isOpen) this.#state.refresh();
    if (this.#readTarget > this.state.read_seq) this.markRead(this.#readTarget).catch(() => undefined);
  }

  /** Sends what an earlier visit left. @internal */
  restore(unsent: readonly Unsent[]): void {
    for (const message of unsent) this.#outbox.restore(message);
  }

  /** One is no member any more. @internal */
  end(): void {
    if (this.isGone) return;
    this.#stop(new Problem({ status: 404, code: "not_found", detail: "You are not in this conversation any more." }));
    this.#host.conversationGone(this);
    this.#changed();
  }

  /** The client is closed. @internal */
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

  /** What one did is pushed to oneself as well. If that is lost, or there is no socket, the log has it. */
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

  /** On the socket, and if there is none over HTTP. */
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
      this.#typing.remove(entry.sender_id);
      if (entry.sender_id === readerId) this.#outbox.confirm(messageFrom(entry));
    }
    this.#state.apply(entry);
    this.#emitter.emit("entry", entry);
    this.#host.entryDelivered(entry, this);
    // Unless there is more to come: then one was added again. It ends when every other reader of the log has the entry.
    const isRemoved = entry.type === "member_removed" && entry.user_id === readerId && entry.seq >= this.#log.head;
    if (isRemoved) queueMicrotask(() => this.end());
  }

  #changed(): void {
    this.#emitter.emit("change");
  }
}
