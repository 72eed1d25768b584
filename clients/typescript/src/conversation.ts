/** One conversation: its ordered stream, its messages as they stand, and all that one does in it. */
import { createNanoEvents } from "nanoevents";

import type { Api } from "./api.js";
import { pause } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { follow } from "./follow.js";
import { messageOf } from "./fold.js";
import { Log } from "./log.js";
import { Outbox, type Sending, type Unsent } from "./outbox.js";
import { Problem } from "./problem.js";
import { after, read, readBy } from "./state.js";
import { Tracker } from "./tracker.js";
import type { Actions, ConversationState, Entry, Message, Role, ServerEvent } from "./types.js";
import { Typing } from "./typing.js";
import { MessageWindow } from "./window.js";

/** Entries of a reading of the log: the most that the server gives. */
const ENTRIES = 100;
/** The push of what one did has so long to come. */
const ECHO_MS = 1000;

export interface ConversationEvents {
  /** Each entry once, in order, from when the conversation became known. */
  entry(entry: Entry): void;
  /** Anything that can be read here is another now. */
  change(): void;
}

/** What a conversation needs of the client that it belongs to. */
export interface Host {
  readonly api: Api;
  readonly clock: ServerClock;
  readonly readerId: string;
  emojiOf(emote: string): string | undefined;
  request<Action extends keyof Actions>(
    action: Action,
    members: Actions[Action]["members"],
  ): Promise<Actions[Action]["data"]>;
  /** The state is another: the people in it, and its place among others. */
  stateChanged(conversation: Conversation): void;
  /** Other messages than before are unsent. */
  unsentChanged(conversation: Conversation): void;
  entered(entry: Entry, conversation: Conversation): void;
  gone(conversation: Conversation): void;
}

export class Conversation {
  readonly id: string;
  readonly kind: ConversationState["kind"];
  readonly #host: Host;
  readonly #emitter = createNanoEvents<ConversationEvents>();
  readonly #over = new AbortController();
  readonly #log: Log;
  readonly #tracker: Tracker;
  readonly #window: MessageWindow;
  readonly #outbox: Outbox;
  readonly #typing: Typing;
  #state: ConversationState;
  #opening: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  #marking = 0;
  #ownEntries = 0;

  /** From a state of it; its stream begins behind `position`. */
  constructor(host: Host, state: ConversationState, position = state.head_seq) {
    this.id = state.id;
    this.kind = state.kind;
    this.#host = host;
    this.#state = state;
    this.#window = new MessageWindow({
      api: host.api,
      conversationId: state.id,
      readerId: host.readerId,
      emojiOf: (emote) => host.emojiOf(emote),
      onHead: (seq) => this.#log.offer([], seq),
      onChange: () => this.#changed(),
    });
    this.#tracker = new Tracker(position, (entry) => this.#enter(entry));
    this.#log = new Log({
      read: (from) => host.api.listEntries(this.id, { after: from, limit: ENTRIES }),
      onGone: () => this.end(),
    });
    this.#log.add(this.#tracker);
    this.#outbox = new Outbox({
      send: (unsent) => this.#send(unsent),
      newId: () => host.clock.clientId(),
      onChange: () => (host.unsentChanged(this), this.#changed()),
    });
    this.#typing = new Typing(
      () => void host.request("typing", { conversation_id: this.id }).catch(() => undefined),
      () => this.#changed(),
    );
  }

  /** The conversation as the API shows it, as of now. */
  get state(): ConversationState {
    return this.#state;
  }

  /** Whether one left or was removed: nothing more comes. */
  get isGone(): boolean {
    return this.#over.signal.aborted;
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

  on<Event extends keyof ConversationEvents>(event: Event, listener: ConversationEvents[Event]): () => void {
    return this.#emitter.on(event, listener);
  }

  /**
   * Each entry behind `after`, once, in order, without a gap, as they come; by default, those from now on. Ends when one is no
   * member any more, when the client signs out, or with the signal.
   */
  follow({ after: from, signal }: { after?: number; signal?: AbortSignal } = {}): AsyncIterableIterator<Entry> {
    const ends = signal === undefined ? [this.#over.signal] : [this.#over.signal, signal];
    return follow(this.#log, from ?? this.position, ends);
  }

  /** Loads the newest messages, once, and all members. @throws Problem */
  open(): Promise<void> {
    this.#opening ??= this.#load().catch((thrown: unknown) => {
      this.#opening = undefined;
      throw thrown;
    });
    return this.#opening;
  }

  /** Loads the page before the first of `messages`. @throws Problem */
  loadOlder(): Promise<void> {
    return this.#window.loadOlder();
  }

  /** One message, as it stands: of `messages`, or else asked for. @throws Problem 404 */
  message(seq: number): Promise<Message> {
    return this.#window.message(seq);
  }

  /** Sends a message: it stands in `sending` until it is in the log, however long that takes. */
  send(content: string, { replyTo }: { replyTo?: number | undefined } = {}): Sending {
    const clientId = this.#host.clock.clientId();
    this.#typing.rest();
    return this.#outbox.add({ clientId, content, replyTo: replyTo ?? null, createdAt: Date.now() });
  }

  /** @throws Problem */
  edit(seq: number, content: string): Promise<Message> {
    return this.#act(this.#host.api.editMessage(this.id, seq, { content }));
  }

  /** @throws Problem */
  delete(seq: number): Promise<Message> {
    return this.#act(this.#host.api.deleteMessage(this.id, seq));
  }

  /** `emote` is a shortcode or an emoji. @throws Problem */
  react(seq: number, emote: string): Promise<Message> {
    return this.#act(this.#host.api.addReaction(this.id, seq, emote));
  }

  /** @throws Problem */
  unreact(seq: number, emote: string): Promise<Message> {
    return this.#act(this.#host.api.removeReaction(this.id, seq, emote));
  }

  /** Moves one's read mark, by default to the newest entry; never back. @throws Problem */
  async markRead(seq: number = this.#state.head_seq): Promise<void> {
    if (seq <= Math.max(this.#state.read_seq, this.#marking)) return;
    this.#marking = seq;
    const head = this.#state.head_seq;
    const members = { conversation_id: this.id, seq };
    try {
      const asked = this.#host.request("read", members);
      const { read_seq, unread_count } = await asked.catch(() => this.#host.api.markRead(this.id, { seq }));
      this.#read(read_seq, this.#state.head_seq === head ? unread_count : undefined);
    } finally {
      this.#marking = 0;
    }
  }

  /** Tells the others that one is writing; to be called at each key. */
  typing(): void {
    this.#typing.strike();
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
    else await this.refresh();
  }

  /** A group. @throws Problem */
  leave(): Promise<void> {
    return this.remove(this.#host.readerId);
  }

  // What follows is the client's own, and no part of the interface.

  /** Takes what was pushed, or an answer to `sync`. @internal */
  receive(entries: readonly Entry[], head = 0): void {
    this.#log.offer(entries, head);
  }

  /** @internal */
  hear(event: ServerEvent): void {
    if (event.event === "entry") this.receive([event.data]);
    else if (event.event === "typing") {
      this.#typing.begins(event.data.user_id, Date.parse(event.data.expires_at) - this.#host.clock.now());
    } else if (event.event === "read") {
      const { user_id, read_seq } = event.data;
      this.#become(readBy(this.#state, user_id, read_seq));
      if (user_id !== this.#host.readerId) return;
      this.#read(read_seq, undefined);
    }
  }

  /** Takes a state of an answer, unless it is older than what is known. @internal */
  merge(state: ConversationState): void {
    if (state.head_seq < this.#state.head_seq) return;
    const hasAll = state.members.length === state.member_count;
    const members = hasAll || state.member_count !== this.#state.member_count ? state.members : this.#state.members;
    const { read_seq, unread_count } = this.#state;
    // It was asked for before one's mark moved.
    const isBehind = state.read_seq < read_seq;
    const marks = isBehind ? { read_seq, unread_count } : {};
    if (isBehind && state.head_seq > this.#state.head_seq) void this.refresh();
    this.#become({ ...state, ...marks, members: members.map((member) => this.#marked(member)) });
    this.#log.offer([], state.head_seq);
  }

  /** Asks for the state, with all members; what cannot be had now, is asked for with the next beat. @internal */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** The connection is new: what waits for it goes on. @internal */
  resume(): void {
    this.#outbox.wake();
    this.#log.catchUp();
    this.#window.resume();
    if (this.#isStale || this.isOpen) void this.refresh();
  }

  /** @internal */
  get unsent(): Unsent[] {
    return this.#outbox.unsent;
  }

  /** Sends what an earlier visit left. @internal */
  restore(unsent: readonly Unsent[]): void {
    const known = new Set(this.unsent.map(({ clientId }) => clientId));
    for (const one of unsent) if (!known.has(one.clientId)) this.#outbox.add(one);
  }

  /** Ends it: one is no member any more, which is told, or the client is done. @internal */
  end(isClient = false): void {
    if (this.isGone) return;
    this.#over.abort();
    this.#log.stop();
    this.#typing.stop();
    if (isClient) return this.#outbox.stop(new Problem({ status: 0, code: "closed", detail: "The client is closed." }));
    this.#outbox.fail(new Problem({ status: 404, code: "not_found", detail: "You are not in this conversation any more." }));
    this.#host.gone(this);
    this.#changed();
  }

  async #load(): Promise<void> {
    await Promise.all([this.#window.load(), this.refresh()]);
    this.#changed();
  }

  /** One's own mark moved. What is unread behind it is counted here, or was just counted, or is asked for. */
  #read(readSeq: number, counted: number | undefined): void {
    const unread = readSeq >= this.#state.head_seq ? 0 : (this.#window.unreadAfter(readSeq) ?? counted);
    this.#become(read(this.#state, readSeq, unread));
    if (unread === undefined) void this.refresh();
  }

  async #refresh(): Promise<void> {
    while (this.#isStale && !this.isGone) {
      this.#isStale = false;
      try {
        this.merge((await this.#host.api.getConversation(this.id)).conversation);
      } catch (thrown) {
        const problem = Problem.from(thrown);
        this.#isStale = problem.isTransient;
        if (problem.status === 404) this.end();
        return;
      }
    }
  }

  async #send({ clientId, content, replyTo }: Unsent): Promise<Message> {
    const body = { client_id: clientId, content, ...(replyTo !== null && { reply_to: replyTo }) };
    const { message } = await this.#host.api.sendMessage(this.id, body);
    this.receive([{ type: "message", ...message, reactions: [] }]);
    return message;
  }

  /** What one did is pushed to oneself as well. If that is lost, or there is no socket, the log has it. */
  async #act(asked: Promise<{ message: Message }>): Promise<Message> {
    const before = this.#ownEntries;
    const { message } = await asked;
    void pause(ECHO_MS, this.#over.signal).then(() => {
      if (this.#ownEntries === before && !this.isGone) this.#log.look(this.position);
    });
    return message;
  }

  #enter(entry: Entry): void {
    const { readerId } = this.#host;
    if (entry.sender_id === readerId) this.#ownEntries += 1;
    this.#window.apply(entry);
    const { state, isUnclear } = after(this.#state, entry, readerId, (emote) => this.#host.emojiOf(emote));
    if (isUnclear) void this.refresh();
    if (entry.type === "message") {
      this.#typing.ends(entry.sender_id);
      if (entry.sender_id === readerId) this.#outbox.isStored(messageOf(entry));
    }
    this.#become(state);
    this.#emitter.emit("entry", entry);
    this.#host.entered(entry, this);
    // Once every other reader of the log has been given the entry.
    if (entry.type === "member_removed" && entry.user_id === readerId) queueMicrotask(() => this.end());
  }

  /** A list has no read marks: those that are known stay. */
  #marked(member: ConversationState["members"][number]): ConversationState["members"][number] {
    const known = this.#state.members.find(({ user }) => user.id === member.user.id)?.read_seq;
    if (known === undefined) return member;
    return { ...member, read_seq: Math.max(known, member.read_seq ?? 0) };
  }

  #become(state: ConversationState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#host.stateChanged(this);
    this.#changed();
  }

  #changed(): void {
    this.#emitter.emit("change");
  }
}
