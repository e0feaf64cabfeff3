/** Runs operations one after the other, in the order in which they are asked for, whatever becomes of those before. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
