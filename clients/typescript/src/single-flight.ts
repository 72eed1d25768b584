/** Runs one load per key at a time. Callers that arrive during a load share its result. */
export class SingleFlight<Value> {
  readonly #pending = new Map<string, Promise<Value>>();

  run(key: string, load: () => Promise<Value>): Promise<Value> {
    const pending = this.#pending.get(key) ?? load().finally(() => this.#pending.delete(key));
    this.#pending.set(key, pending);
    return pending;
  }
}
