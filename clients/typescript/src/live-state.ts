/**
 * The state of a conversation as shown in lists. Entries and responses update it. It is loaded again if they do not
 * contain enough information.
 */
import { Backoff } from "./backoff.js";
import { Problem } from "./problem.js";
import { applyEntry, withRead, withReadBy } from "./state.js";
import type { ConversationState, Entry, Member } from "./types.js";

export interface LiveStateOptions {
  readerId: string;
  emojiOf: (emote: string) => string | undefined;
  /** Loads the state, with all members. */
  load: () => Promise<ConversationState>;
  /** Counts the other members' messages after a read mark. Returns `undefined` if they are not all loaded. */
  unreadAfter: (readSeq: number) => number | undefined;
  onChange: () => void;
  /** Called with the members in a response, who carry their current online status. */
  onMembers: (members: readonly Member[]) => void;
  /** Called with the newest entry number in a response. */
  onHead: (seq: number) => void;
  /** Called when the user is no longer a member. */
  onGone: () => void;
  /** Stops all requests. */
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

  /** Applies an entry. Entries that the state already includes have no effect. */
  apply(entry: Entry): void {
    const { readerId, emojiOf } = this.#options;
    const { state, isUncertain } = applyEntry(this.#current, entry, readerId, emojiOf);
    this.#set(state);
    if (isUncertain) this.refresh();
  }

  /** Merges a state from a response. Returns true if it is not older than the known state. */
  merge(state: ConversationState): boolean {
    const { head_seq, read_seq, unread_count, members } = this.#current;
    if (state.head_seq < head_seq) return false;
    // The request was made before the read mark moved.
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

  /**
   * The user's own read mark moved. The unread count is computed locally, taken from `counted` or loaded from the
   * server.
   */
  read(readSeq: number, counted: number | undefined): void {
    const unread = readSeq >= this.#current.head_seq ? 0 : (this.#options.unreadAfter(readSeq) ?? counted);
    this.#set(withRead(this.#current, readSeq, unread));
    if (unread === undefined) this.refresh();
  }

  readBy(userId: string, readSeq: number): void {
    this.#set(withReadBy(this.#current, userId, readSeq));
  }

  /** Loads the state with all members. @throws Problem */
  async load(): Promise<boolean> {
    try {
      return this.merge(await this.#options.load());
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.status === 404) this.#options.onGone();
      throw problem;
    }
  }

  /** Loads the state until a response is at least as new as the known state. */
  refresh(): void {
    this.#isStale = true;
    if (!this.#isRefreshing) void this.#refresh();
  }

  /** Retries a failed load now, because the connection is back. */
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
      // The load failed, or a newer entry arrived first.
      if (isNew) continue;
      this.#isStale = true;
      await this.#backoff.wait(retryAfter, signal);
    }
    this.#isRefreshing = false;
  }

  /** Lists contain no read marks, so the known ones are kept. */
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
