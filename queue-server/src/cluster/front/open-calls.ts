/** The open calls of one client, by the numbers that it gave them. */
export class OpenCalls {
  readonly #queues = new Map<number, string>();

  /** The queue of an open call. */
  queueOf(id: number): string | undefined {
    return this.#queues.get(id);
  }

  open(id: number, queue: string): void {
    this.#queues.set(id, queue);
  }

  end(id: number): void {
    this.#queues.delete(id);
  }

  /** The ids of calls of a malformed list that are not open. */
  unknownOf(calls: readonly unknown[]): readonly number[] {
    return calls.flatMap((call) => {
      const id = typeof call === 'object' && call !== null && 'id' in call ? call.id : undefined;
      return typeof id === 'number' && Number.isSafeInteger(id) && !this.#queues.has(id) ? [id] : [];
    });
  }
}
