/** What lists show of a conversation, kept up to date by entries and answers, and asked for where they do not tell enough. */
import { Backoff } from "./backoff.js";
import { Problem } from "./problem.js";
import { applyEntry, withRead, withReadBy } from "./state.js";
import type { ConversationState, Entry, Member } from "./types.js";

export interface LiveStateOptions {
  readerId: string;
  emojiOf: (emote: string) => string | undefined;
  /** Asks for the state, with all members. */
  load: () => Promise<ConversationState>;
  /** How many messages of others are behind a read mark, if that can be counted here. */
  unreadAfter: (readSeq: number) => number | undefined;
  onChange: () => void;
  /** Is told of the members that an answer shows: who is online as of then. */
  onMembers: (members: readonly Member[]) => void;
  /** Is told the newest entry that an answer knew of. */
  onHead: (seq: number) => void;
  /** Is told that the conversation is not the user's any more. */
  onGone: () => void;
  /** Ends all asking. */
  signal: AbortSignal;
}

export class LiveState {
  readonly #options: LiveStateOptions;
  #current: ConversationState;
  #isStale = false;
  #isRefreshing = false;
  readonly #backoff = new Backoff();

  constructor(state: ConversationState, options: LiveStateOptions) {
    this.#current = state;
    this.#options = options;
  }

  get current(): ConversationState {
    return this.#current;
  }

  /** Applies an entry; those that the state knows already change nothing. */
  apply(entry: Entry): void {
    const { readerId, emojiOf } = this.#options;
    const { state, isUncertain } = applyEntry(this.#current, entry, readerId, emojiOf);
    this.#set(state);
    if (isUncertain) this.refresh();
  }

  /** Takes a state of an answer; says whether it was new enough. */
  merge(state: ConversationState): boolean {
    const { head_seq, read_seq, unread_count, members } = this.#current;
    if (state.head_seq < head_seq) return false;
    // It was asked for before one's mark moved.
    const isBehind = state.read_seq < read_seq;
    const marks = isBehind ? { read_seq, unread_count } : {};
    const hasAll = state.members.length === state.member_count;
    const latest = hasAll || state.member_count !== this.#current.member_count ? state.members : members;
    this.#set({ ...state, ...marks, members: latest.map((member) => this.#withReadMark(member)) });
    this.#options.onMembers(state.members);
    this.#options.onHead(state.head_seq);
    if (isBehind && state.head_seq > head_seq) this.refresh();
    return true;
  }

  /** One's own mark moved. What is unread behind it is counted here, or was just counted, or is asked for. */
  read(readSeq: number, counted: number | undefined): void {
    const unread = readSeq >= this.#current.head_seq ? 0 : (this.#options.unreadAfter(readSeq) ?? counted);
    this.#set(withRead(this.#current, readSeq, unread));
    if (unread === undefined) this.refresh();
  }

  readBy(userId: string, readSeq: number): void {
    this.#set(withReadBy(this.#current, userId, readSeq));
  }

  /** Asks for the state, with all members, once. @throws Problem */
  async load(): Promise<boolean> {
    try {
      return this.merge(await this.#options.load());
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.status === 404) this.#options.onGone();
      throw problem;
    }
  }

  /** Asks for the state until there is one that is new enough. */
  refresh(): void {
    this.#isStale = true;
    if (!this.#isRefreshing) void this.#refresh();
  }

  /** The connection is back: an asking that failed is tried again now. */
  wake(): void {
    this.#backoff.wake();
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#options;
    this.#backoff.reset();
    this.#isRefreshing = true;
    while (this.#isStale && !signal.aborted) {
      this.#isStale = false;
      let retryAfter: number | undefined;
      const isNew = await this.load().catch((problem: Problem) => {
        retryAfter = problem.retryAfter;
        return false;
      });
      // It failed, or an entry overtook it.
      if (isNew) continue;
      this.#isStale = true;
      await this.#backoff.wait(retryAfter, signal);
    }
    this.#isRefreshing = false;
  }

  /** A list has no read marks: those that are known stay. */
  #withReadMark(member: Member): Member {
    const known = this.#current.members.find(({ user }) => user.id === member.user.id)?.read_seq;
    if (known === undefined) return member;
    return { ...member, read_seq: Math.max(known, member.read_seq ?? 0) };
  }

  #set(state: ConversationState): void {
    if (state === this.#current) return;
    this.#current = state;
    this.#options.onChange();
  }
}
