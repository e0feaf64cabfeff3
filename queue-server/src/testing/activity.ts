/** Counts what a server does, so that a test sees when it has come to rest. */
export class Activity {
  #count = 0;
  #open = 0;
  #waiting: (() => void)[] = [];

  /** How many operations were begun, and how many events there were. */
  get count(): number {
    return this.#count;
  }

  event(): void {
    this.#count++;
  }

  async during<T>(operation: () => Promise<T>): Promise<T> {
    this.#count++;
    this.#open++;
    try {
      return await operation();
    } finally {
      this.#open--;
      if (this.#open === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when no operation is open. */
  async ended(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
