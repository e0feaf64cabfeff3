/** Ends waiting for answers that cannot come any more, long before their time is over. */
export class Interruption {
  readonly #rejects = new Set<(error: Error) => void>();

  /** What a request resolves to, unless it is interrupted before. */
  async of<T>(request: Promise<T>): Promise<T> {
    let interrupt: (error: Error) => void = () => undefined;
    const interrupted = new Promise<never>((_resolve, reject) => this.#rejects.add((interrupt = reject)));
    try {
      return await Promise.race([request, interrupted]);
    } finally {
      this.#rejects.delete(interrupt);
    }
  }

  interrupt(error: Error): void {
    for (const reject of this.#rejects) reject(error);
  }
}
