import type { GroupMessage } from '../../engine/group-message.js';

/** Stored durable calls that the contract no longer declares: they are kept, in case a later one does. */
export class UndeclaredRequests {
  readonly #messageOf: (call: string, seq: number) => GroupMessage | undefined;
  readonly #counts = new Map<string, number>();
  #floor = Infinity;

  /** `messageOf`: what the group of a call, which nobody joins now, made of a message. Undefined: it was deleted. */
  constructor(messageOf: (call: string, seq: number) => GroupMessage | undefined) {
    this.#messageOf = messageOf;
  }

  /** The oldest seq of one without an answer. */
  get floor(): number {
    return this.#floor;
  }

  /** How many have no answer, by the name of the call. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** From the oldest seq on. */
  add(call: string, seq: number): void {
    const kind = this.#messageOf(call, seq)?.kind ?? 'settled';
    if (kind === 'settled' || kind === 'dead') return;
    this.#floor = Math.min(this.#floor, seq);
    this.#counts.set(call, (this.#counts.get(call) ?? 0) + 1);
  }
}
