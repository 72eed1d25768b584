/** The users that this client has seen, and which of them are online. */
import type { Api } from "./api.js";
import { SingleFlight } from "./single-flight.js";
import type { ServerClock } from "./clock.js";
import { ExpiringSet } from "./expiring-set.js";
import type { Member, Presence, User } from "./types.js";

/** How long a member in a response counts as online: the time after which the server considers a silent socket dead. */
const ONLINE_MS = 600_000;

export class People {
  readonly #api: Api;
  readonly #clock: ServerClock;
  readonly #users = new Map<string, User>();
  readonly #loadingById = new SingleFlight<User>();
  readonly #online: ExpiringSet;

  constructor(api: Api, clock: ServerClock, onPresence: (userId: string) => void) {
    this.#api = api;
    this.#clock = clock;
    this.#online = new ExpiringSet(onPresence);
  }

  known(id: string): User | undefined {
    return this.#users.get(id);
  }

  isOnline(id: string): boolean {
    return this.#online.has(id);
  }

  /** Returns a user. Each user is loaded once. @throws Problem 404 */
  async user(id: string): Promise<User> {
    const known = this.#users.get(id);
    if (known !== undefined) return known;
    return this.#loadingById.run(id, async () => {
      const { user } = await this.#api.getUser(id);
      this.learn([user]);
      return user;
    });
  }

  learn(users: readonly User[]): void {
    for (const { id, name, created_at } of users) this.#users.set(id, { id, name, created_at });
  }

  learnMembers(members: readonly Member[]): void {
    for (const { user, online } of members) {
      this.learn([user]);
      this.#setOnline(user.id, online, ONLINE_MS);
    }
  }

  handle({ user_id, online, online_until }: Presence): void {
    const until = online_until === null ? NaN : Date.parse(online_until) - this.#clock.now();
    this.#setOnline(user_id, online, Number.isFinite(until) ? until : ONLINE_MS);
  }

  stop(): void {
    this.#online.clear();
  }

  #setOnline(id: string, online: boolean, forMs: number): void {
    if (online && forMs > 0) this.#online.add(id, forMs);
    else this.#online.delete(id);
  }
}
