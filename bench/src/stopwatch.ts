/** Adds up how long each of several things takes, in milliseconds. */
export class Stopwatch<Name extends string> {
  #total = new Map<Name, number>();
  #running = 0;

  async time<T>(name: Name, run: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    this.#running++;
    try {
      return await run();
    } finally {
      this.#running--;
      this.#total.set(name, this.of(name) + performance.now() - begin);
    }
  }

  of(name: Name): number {
    return this.#total.get(name) ?? 0;
  }

  /** Nothing is being timed. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  reset(): void {
    this.#total = new Map();
  }
}
