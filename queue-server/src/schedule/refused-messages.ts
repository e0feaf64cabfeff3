import type { WaitingMessages } from './waiting-messages.js';

/**
 * Messages that are due, of queues that refuse appends. They are held until all are tried again: a queue that refuses must
 * not be tried for each of its messages before those of others are.
 */
export class RefusedMessages {
  readonly #waiting: WaitingMessages;
  /** By queue: slots, and the seqs that name their messages, since a cancelled one leaves its slot to another. */
  readonly #held = new Map<string, Map<number, number>>();
  #refusal: { readonly error: unknown } | undefined;

  constructor(waiting: WaitingMessages) {
    this.#waiting = waiting;
  }

  /** The first one since the last release. */
  get refusal(): { readonly error: unknown } | undefined {
    return this.#refusal;
  }

  has(queue: string): boolean {
    return this.#held.has(queue);
  }

  add(queue: string, error: unknown): void {
    this.#refusal ??= { error };
    if (!this.#held.has(queue)) this.#held.set(queue, new Map());
  }

  /** Of a queue that was added. Slots without a message are passed over. */
  hold(queue: string, slots: readonly number[]): void {
    const held = this.#held.get(queue);
    for (const slot of slots) {
      const addedSeq = this.#waiting.addedSeq(slot);
      if (addedSeq !== 0) held?.set(slot, addedSeq);
    }
  }

  /** Those whose messages still wait. */
  *slots(): Generator<number> {
    for (const held of this.#held.values()) {
      for (const [slot, addedSeq] of held) if (this.#waiting.addedSeq(slot) === addedSeq) yield slot;
    }
  }

  release(): void {
    for (const slot of this.slots()) this.#waiting.release(slot);
    this.#held.clear();
    this.#refusal = undefined;
  }
}
