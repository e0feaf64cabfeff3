/** Requests with one ordering key are handed out one after the other. */
export class KeyTurns {
  /** By key, those behind the one that was handed out. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Begins at once, or after those before it. */
  take(key: string, begin: () => void): void {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.push(begin);
      return;
    }
    this.#waiting.set(key, []);
    begin();
  }

  /** The one that was handed out is done. */
  next(key: string): void {
    const begin = this.#waiting.get(key)?.shift();
    if (begin === undefined) this.#waiting.delete(key);
    else begin();
  }

  /** It is to be handed out again, before those behind it: their group hands them out again as well. */
  drop(key: string): void {
    this.#waiting.delete(key);
  }
}
