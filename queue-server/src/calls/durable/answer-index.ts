import { UUID_BYTES, writeUuid } from '@typed-queue/contracts/wire';
import { NO_SEQ } from '../../engine/dedup/id-table.js';
import { KnownIds } from '../../engine/dedup/known-ids.js';

/** Where answers are, by the keys of their calls: each for its age at least, and twice that at most. */
export class AnswerIndex {
  readonly #seqs: KnownIds;
  readonly #key = new DataView(new ArrayBuffer(UUID_BYTES));

  constructor(maxAgeMs: number) {
    this.#seqs = new KnownIds({ capacity: Infinity, maxAgeMs });
  }

  /** The seq of the answer; undefined when there is none. */
  find(key: string): number | undefined {
    this.#write(key);
    const seq = this.#seqs.find(this.#key, 0);
    return seq === NO_SEQ ? undefined : seq;
  }

  /** `time`: when it was stored. */
  set(key: string, seq: number, time: number): void {
    this.#write(key);
    this.#seqs.set(this.#key, 0, seq, time);
  }

  #write(key: string): void {
    writeUuid(new Uint8Array(this.#key.buffer), 0, key);
  }
}
