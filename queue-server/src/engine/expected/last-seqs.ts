import type { Frame } from '@typed-queue/contracts/wire';
import type { Duplicates } from '../dedup/duplicates.js';
import { NO_SEQ } from '../dedup/id-table.js';
import { seqConflict, type ExpectedSeq } from './expected-seq.js';
import { KeySeqs, type AppendedLog } from './key-seqs.js';

/**
 * The last seqs of a log and of its ordering keys, with what is not durable yet. Nothing is kept of the keys until an
 * append asks for one.
 */
export class LastSeqs {
  readonly #log: AppendedLog;
  readonly #duplicates: Pick<Duplicates, 'areKnown'>;
  #keys: KeySeqs | undefined;

  constructor(log: AppendedLog, duplicates: Pick<Duplicates, 'areKnown'>) {
    this.#log = log;
    this.#duplicates = duplicates;
  }

  /** The messages of a frame were appended, from a seq on. */
  appended(frame: Frame, firstSeq: number): void {
    this.#keys?.add(frame, firstSeq);
  }

  /** Appends failed: which keys they had is not known any more. */
  failed(): void {
    this.#keys = undefined;
  }

  /**
   * Appends in the turn in which the expectation holds. What is known already is no conflict.
   * @throws QueueError `seq_conflict`, once the message that it names is durable; whatever reading fails with
   */
  async append<T>(frame: Frame, expected: ExpectedSeq, append: () => Promise<T>): Promise<T> {
    for (;;) {
      const isKnown = this.#duplicates.areKnown(frame);
      const last = isKnown ? expected.seq : this.#lastOf(expected);
      if (typeof last !== 'number') await last;
      else if (this.#isMet(expected, last)) {
        const appending = append();
        expected.accepted?.();
        return await appending;
      } else if (await this.#becomesDurable(last)) throw seqConflict(expected, last);
    }
  }

  #lastOf({ key }: ExpectedSeq): number | Promise<void> {
    return key === undefined ? this.#log.nextSeq - 1 : this.#keySeqs().last(key);
  }

  /** What retention removed of a key is as if it had never been. */
  #isMet({ seq, key }: ExpectedSeq, last: number): boolean {
    return last === seq || (key !== undefined && last === NO_SEQ && seq < this.#log.firstSeq);
  }

  #keySeqs(): KeySeqs {
    if (this.#keys !== undefined) return this.#keys;
    const keys = new KeySeqs(this.#log);
    keys.built.catch(() => {
      if (this.#keys === keys) this.#keys = undefined;
    });
    this.#keys = keys;
    return keys;
  }

  /** False: its append failed. */
  #becomesDurable(seq: number): Promise<boolean> {
    return this.#log.whenDurable(seq).then(
      () => true,
      () => false,
    );
  }
}
