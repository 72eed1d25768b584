/**
 * The newest messages of a conversation, as many as were requested. They are loaded in pages and updated by incoming
 * entries.
 */
import type { Api } from "./api.js";
import { Backoff } from "./backoff.js";
import { Problem } from "./problem.js";
import { Timeline } from "./timeline.js";
import type { Entry, Message } from "./types.js";

/** Messages per page. */
const PAGE_SIZE = 50;

export interface WindowOptions {
  api: Api;
  conversationId: string;
  readerId: string;
  emojiOf: (emote: string) => string | undefined;
  /** Called with the newest entry number in a response. */
  onHead: (seq: number) => void;
  onChange: () => void;
  /** Stops all requests. */
  signal: AbortSignal;
}

export class MessageWindow {
  readonly #options: WindowOptions;
  readonly #timeline: Timeline;
  readonly #reloading = new Set<number>();
  #isLoaded = false;
  #hasOlder = false;
  #older: Promise<void> | undefined;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#timeline = new Timeline(options.readerId, options.emojiOf);
  }

  get messages(): readonly Message[] {
    return this.#timeline.messages;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Loads the newest page. @throws Problem */
  async load(): Promise<void> {
    this.#hasOlder = await this.#loadPage({ limit: PAGE_SIZE });
    this.#isLoaded = true;
  }

  /** Loads the page before the first message, if there is one. Concurrent calls share one request. @throws Problem */
  loadOlder(): Promise<void> {
    const [first] = this.messages;
    if (!this.#hasOlder || first === undefined) return Promise.resolve();
    this.#older ??= this.#loadPage({ before: first.seq, limit: PAGE_SIZE })
      .then((hasMore) => {
        this.#hasOlder = hasMore;
        this.#options.onChange();
      })
      .finally(() => (this.#older = undefined));
    return this.#older;
  }

  /** Returns a loaded message. */
  get(seq: number): Message | undefined {
    return this.#timeline.get(seq);
  }

  /** Returns a message, loading it if needed. @throws Problem 404 */
  async message(seq: number): Promise<Message> {
    const known = this.get(seq);
    if (known !== undefined) return known;
    const { api, conversationId } = this.#options;
    const { messages } = await api.listMessages(conversationId, { after: seq - 1, limit: 1 });
    const found = messages.find((message) => message.seq === seq);
    if (found === undefined)
      throw new Problem({ status: 404, code: "not_found", detail: "This message doesn't exist." });
    return found;
  }

  apply(entry: Entry): void {
    this.#timeline.apply(entry);
    this.#reloadStale();
  }

  /**
   * Counts the other members' messages after both a read mark and the user's own newest message. Returns `undefined` if
   * not all of them are loaded.
   */
  unreadAfter(readSeq: number): number | undefined {
    const { messages } = this;
    const [first] = messages;
    if (!this.#isLoaded || (this.#hasOlder && (first === undefined || first.seq > readSeq + 1))) return undefined;
    const { readerId } = this.#options;
    const own = messages.findLast(({ sender_id }) => sender_id === readerId)?.seq ?? 0;
    return messages.filter(({ seq, sender_id }) => seq > Math.max(readSeq, own) && sender_id !== readerId).length;
  }

  async #loadPage(query: { before?: number; after?: number; limit: number }): Promise<boolean> {
    const { api, conversationId, onHead } = this.#options;
    const recording = this.#timeline.record();
    try {
      const { messages, head_seq, has_more } = await api.listMessages(conversationId, query);
      this.#timeline.add(messages, head_seq, recording);
      onHead(head_seq);
      this.#reloadStale();
      return has_more;
    } catch (error) {
      this.#timeline.discard(recording);
      throw error;
    }
  }

  /** Loads stale messages again, with one request at a time for each. */
  #reloadStale(): void {
    for (const seq of this.#timeline.stale) {
      if (this.#reloading.has(seq)) continue;
      this.#reloading.add(seq);
      void this.#reload(seq);
    }
  }

  async #reload(seq: number): Promise<void> {
    const { onChange, signal } = this.#options;
    const backoff = new Backoff();
    while (this.#timeline.stale.has(seq) && !signal.aborted) {
      try {
        await this.#loadPage({ after: seq - 1, limit: 1 });
        onChange();
      } catch (error) {
        await backoff.wait(Problem.from(error).retryAfter, signal);
      }
    }
    this.#reloading.delete(seq);
  }
}
