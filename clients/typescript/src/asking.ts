/** Asks once at a time for each key: whoever asks meanwhile gets the same answer. */
export class Asking<Answer> {
  readonly #asked = new Map<string, Promise<Answer>>();

  once(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const asked = this.#asked.get(key) ?? ask().finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }
}
