/** What lists show of a conversation, kept up to date by entries and answers, and asked for where they do not tell enough. */
import { Backoff } from "./backoff.js";
import { Problem } from "./problem.js";
import { after, read, readBy } from "./state.js";
import type { ConversationState, Entry, Member } from "./types.js";

export interface LiveStateOptions {
  readerId: string;
  emojiOf: (emote: string) => string | undefined;
  /** Asks for the state, with all members. */
  ask: () => Promise<ConversationState>;
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
  #now: ConversationState;
  #isStale = false;
  #isAsking = false;
  readonly #backoff = new Backoff();

  constructor(state: ConversationState, options: LiveStateOptions) {
    this.#now = state;
    this.#options = options;
  }

  get now(): ConversationState {
    return this.#now;
  }

  /** Applies an entry; those that the state knows already change nothing. */
  apply(entry: Entry): void {
    const { readerId, emojiOf } = this.#options;
    const { state, isUnclear } = after(this.#now, entry, readerId, emojiOf);
    this.#become(state);
    if (isUnclear) this.refresh();
  }

  /** Takes a state of an answer; says whether it was new enough. */
  merge(state: ConversationState): boolean {
    const { head_seq, read_seq, unread_count, members } = this.#now;
    if (state.head_seq < head_seq) return false;
    // It was asked for before one's mark moved.
    const isBehind = state.read_seq < read_seq;
    const marks = isBehind ? { read_seq, unread_count } : {};
    const hasAll = state.members.length === state.member_count;
    const shown = hasAll || state.member_count !== this.#now.member_count ? state.members : members;
    this.#become({ ...state, ...marks, members: shown.map((member) => this.#marked(member)) });
    this.#options.onMembers(state.members);
    this.#options.onHead(state.head_seq);
    if (isBehind && state.head_seq > head_seq) this.refresh();
    return true;
  }

  /** One's own mark moved. What is unread behind it is counted here, or was just counted, or is asked for. */
  read(readSeq: number, counted: number | undefined): void {
    const unread = readSeq >= this.#now.head_seq ? 0 : (this.#options.unreadAfter(readSeq) ?? counted);
    this.#become(read(this.#now, readSeq, unread));
    if (unread === undefined) this.refresh();
  }

  readBy(userId: string, readSeq: number): void {
    this.#become(readBy(this.#now, userId, readSeq));
  }

  /** Asks for the state, with all members, once. @throws Problem */
  async ask(): Promise<boolean> {
    try {
      return this.merge(await this.#options.ask());
    } catch (thrown) {
      const problem = Problem.from(thrown);
      if (problem.status === 404) this.#options.onGone();
      throw problem;
    }
  }

  /** Asks for the state until there is one that is new enough. */
  refresh(): void {
    this.#isStale = true;
    if (!this.#isAsking) void this.#refresh();
  }

  /** The connection is back: an asking that failed is tried again now. */
  wake(): void {
    this.#backoff.wake();
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#options;
    this.#backoff.reset();
    this.#isAsking = true;
    while (this.#isStale && !signal.aborted) {
      this.#isStale = false;
      let retryAfter: number | undefined;
      const isNew = await this.ask().catch((problem: Problem) => {
        retryAfter = problem.retryAfter;
        return false;
      });
      // It failed, or an entry overtook it.
      if (isNew) continue;
      this.#isStale = true;
      await this.#backoff.wait(retryAfter, signal);
    }
    this.#isAsking = false;
  }

  /** A list has no read marks: those that are known stay. */
  #marked(member: Member): Member {
    const known = this.#now.members.find(({ user }) => user.id === member.user.id)?.read_seq;
    if (known === undefined) return member;
    return { ...member, read_seq: Math.max(known, member.read_seq ?? 0) };
  }

  #become(state: ConversationState): void {
    if (state === this.#now) return;
    this.#now = state;
    this.#options.onChange();
  }
}
