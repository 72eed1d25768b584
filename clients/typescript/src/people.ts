/** Whom this client has heard of, and who of them is online. */
import type { Api } from "./api.js";
import { delay } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import type { Member, Presence, User } from "./types.js";

/** What a list says of somebody being online holds no longer than a socket lives without a word. */
const LEASE_MS = 600_000;

export class People {
  readonly #api: Api;
  readonly #clock: ServerClock;
  readonly #onPresence: (userId: string) => void;
  readonly #users = new Map<string, User>();
  readonly #asked = new Map<string, Promise<User>>();
  readonly #leases = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(api: Api, clock: ServerClock, onPresence: (userId: string) => void) {
    this.#api = api;
    this.#clock = clock;
    this.#onPresence = onPresence;
  }

  known(id: string): User | undefined {
    return this.#users.get(id);
  }

  isOnline(id: string): boolean {
    return this.#leases.has(id);
  }

  /** Anybody, asked for once. @throws Problem 404 */
  async user(id: string): Promise<User> {
    const known = this.#users.get(id);
    if (known !== undefined) return known;
    const asked =
      this.#asked.get(id) ??
      this.#api
        .getUser(id)
        .then(({ user }) => (this.learn([user]), user))
        .finally(() => this.#asked.delete(id));
    this.#asked.set(id, asked);
    return asked;
  }

  learn(users: readonly User[]): void {
    for (const { id, name, created_at } of users) this.#users.set(id, { id, name, created_at });
  }

  learnMembers(members: readonly Member[]): void {
    for (const { user, online } of members) {
      this.learn([user]);
      if (online || this.isOnline(user.id)) this.#become(user.id, online, LEASE_MS);
    }
  }

  hear({ user_id, online, online_until }: Presence): void {
    const until = online_until === null ? NaN : Date.parse(online_until) - this.#clock.now();
    this.#become(user_id, online, Number.isFinite(until) ? until : LEASE_MS);
  }

  stop(): void {
    for (const timer of this.#leases.values()) clearTimeout(timer);
    this.#leases.clear();
  }

  #become(id: string, online: boolean, forMs: number): void {
    const before = this.isOnline(id);
    clearTimeout(this.#leases.get(id));
    this.#leases.delete(id);
    if (online && forMs > 0) {
      this.#leases.set(
        id,
        setTimeout(() => this.#become(id, false, 0), delay(forMs)),
      );
    }
    if (before !== this.isOnline(id)) this.#onPresence(id);
  }
}
