/** Runs operations one after the other, in the order in which they were added. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all that were added so far have ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
