/**
 * Keeps the order of the appends of one connection to each queue: those after one that waits for its place in the log
 * wait as well.
 */
export class AppendTurns {
  /** By queue, the end of the last wait. */
  readonly #waits = new Map<string, Promise<void>>();

  /** What an append to the queue has to wait for; undefined: nothing. */
  before(queue: string): Promise<void> | undefined {
    return this.#waits.get(queue);
  }

  /** Later appends to the queue wait until the returned function is called. */
  hold(queue: string): () => void {
    let end: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (end = resolve));
    this.#waits.set(queue, wait);
    return () => {
      if (this.#waits.get(queue) === wait) this.#waits.delete(queue);
      end();
    };
  }
}
