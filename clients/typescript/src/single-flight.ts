/** Asks once at a time for each key: whoever asks meanwhile gets the same answer. */
export class SingleFlight<Value> {
  readonly #pending = new Map<string, Promise<Value>>();

  run(key: string, load: () => Promise<Value>): Promise<Value> {
    const pending = this.#pending.get(key) ?? load().finally(() => this.#pending.delete(key));
    this.#pending.set(key, pending);
    return pending;
  }
}
