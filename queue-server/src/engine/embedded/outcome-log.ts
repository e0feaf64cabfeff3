import type { QueueError, Range } from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { OutcomeRecord } from '../local/outcome-record.js';
import type { Outcomes } from '../local/outcomes.js';
import { OutcomeCopies } from './outcome-copies.js';
import { frameOfValues, visitValues } from './outcome-records.js';

/** A snapshot replaces all records before it when they have so many bytes, and as many as the last snapshot. */
const SNAPSHOT_BYTES = 8 * 1024 * 1024;

export interface OutcomeLogParts {
  readonly journal: Journal;
  /** Holds a second copy of the records that make groups, in a folder of its own. */
  readonly copies: Journal;
  /** Records that make what all records so far make together. */
  readonly snapshot: () => readonly OutcomeRecord[];
  /** Told of failures that nobody waits for. */
  readonly onError: (error: unknown) => void;
  readonly snapshotBytes?: number;
}

/** Records that are damaged. */
export interface OutcomeDamage {
  readonly places: Range;
  /** `redelivery`: only settled messages were forgotten. `groups`: their copies are missing, too. */
  readonly loses: 'redelivery' | 'groups';
}

/** The journal that all groups share: records that come within one turn of the loop become one frame. */
export class OutcomeLog implements Outcomes {
  readonly #journal: Journal;
  readonly #copies: OutcomeCopies;
  readonly #snapshot: () => readonly OutcomeRecord[];
  readonly #onError: (error: unknown) => void;
  readonly #snapshotBytes: number;
  #waiting: OutcomeRecord[] = [];
  /** Of the records that wait; and of all that were handed to the journal. */
  #batch: Promise<void> = Promise.resolve();
  #newest: Promise<void> = Promise.resolve();
  /** Since the last snapshot; infinite when some of them could not be written. */
  #bytes = 0;
  /** In bytes, of the last one. */
  #snapshotSize = 0;
  #compaction: Promise<void> | undefined;

  constructor({ journal, copies, snapshot, onError, snapshotBytes = SNAPSHOT_BYTES }: OutcomeLogParts) {
    this.#journal = journal;
    this.#copies = new OutcomeCopies(copies);
    this.#snapshot = snapshot;
    this.#onError = onError;
    this.#snapshotBytes = snapshotBytes;
  }

  /**
   * All records in their order. In place of damaged ones come their copies, and `onDamage` is told what is missing
   * all the same. After damage of either journal the next write is followed by a snapshot to both.
   */
  async replay(
    apply: (record: OutcomeRecord) => void,
    onDamage: (damage: OutcomeDamage) => void,
  ): Promise<void> {
    await this.#copies.load();
    const { firstSeq, lastSeq } = this.#journal;
    const restore = (places: Range): void => {
      this.#bytes = Infinity;
      for (const record of this.#copies.within(places)) apply(record);
      onDamage({ places, loses: this.#copies.covers(places[0]) ? 'redelivery' : 'groups' });
    };
    // Somebody removed the folder of the outcomes.
    const { places } = this.#copies;
    if (lastSeq === 0 && places !== undefined) restore(places);
    await visitValues(this.#journal, {
      // Safe: written by `write` below.
      values: (values) => (values as readonly OutcomeRecord[]).forEach(apply),
      gap: ({ from, to }) => restore([from, to]),
    });
    const isSound = this.#copies.covers(firstSeq) && (places?.[1] ?? 0) <= lastSeq;
    if (!isSound && (lastSeq > 0 || this.#copies.damaged)) this.#bytes = Infinity;
    this.#copies.forget();
  }

  /** Writes a record down behind all earlier ones. Resolves when it is durable. */
  write(record: OutcomeRecord): Promise<void> {
    this.#waiting.push(record);
    if (this.#waiting.length === 1) {
      this.#batch = new Promise((resolve) => setImmediate(resolve)).then(() => {
        const durable = this.#flush();
        this.#snapshotWhenDue();
        return durable;
      });
    }
    return this.#batch;
  }

  /** Resolves when all that was written so far is durable, also what a snapshot has to make good. */
  async durable(): Promise<void> {
    if (this.#waiting.length > 0) await this.#batch;
    this.#snapshotWhenDue();
    // A write that failed is not covered by later ones, but by the snapshot alone.
    while (this.#compaction !== undefined) {
      await this.#compaction;
      this.#snapshotWhenDue();
    }
    const trouble = this.trouble();
    if (trouble !== undefined && this.#bytes === Infinity) throw trouble;
    await this.#newest;
  }

  /** Why nothing can be written at the moment; undefined when all is well. */
  trouble(): QueueError | undefined {
    return this.#journal.trouble() ?? this.#copies.trouble();
  }

  async close(): Promise<void> {
    void this.#flush();
    await Promise.all([this.#journal.close(), this.#copies.close()]);
  }

  #flush(): Promise<void> {
    if (this.#waiting.length > 0) {
      const records = this.#waiting;
      this.#waiting = [];
      this.#append(records);
    }
    return this.#newest;
  }

  /** Returns the first seqs in both journals; the second is undefined when nothing was copied. */
  #append(records: readonly OutcomeRecord[]): { firstSeq: number; copiedSeq: number | undefined } {
    const frame = frameOfValues(records.map((record) => ({ kind: record.kind, value: record })));
    this.#bytes += frame.bytes.byteLength;
    const { firstSeq, durable } = this.#journal.append(frame);
    const copied = this.#copies.add(firstSeq, records);
    this.#waitFor(copied ? Promise.all([durable, copied.durable]).then(() => undefined) : durable);
    return { firstSeq, copiedSeq: copied?.firstSeq };
  }

  #waitFor(durable: Promise<void>): void {
    this.#newest = durable;
    // What could not be written stands in memory all the same: the next snapshot brings it to the disk.
    durable.catch(() => (this.#bytes = Infinity));
  }

  #snapshotWhenDue(): void {
    if (this.#compaction !== undefined || this.trouble() !== undefined) return;
    if (this.#bytes <= Math.max(this.#snapshotBytes, this.#snapshotSize)) return;
    this.#bytes = 0;
    const compaction = this.#compact();
    this.#compaction = compaction;
    compaction.then(
      () => (this.#compaction = undefined),
      (error: unknown) => {
        this.#compaction = undefined;
        this.#bytes = Infinity;
        this.#onError(error);
      },
    );
  }

  /** Replaces all records so far by those of a snapshot: one frame, which is there as a whole or not at all. */
  async #compact(): Promise<void> {
    await Promise.all([this.#journal.roll(), this.#copies.roll()]);
    void this.#flush();
    // From the state to its place in the journal without a pause: no change comes between.
    this.#bytes = 0;
    const { firstSeq, copiedSeq } = this.#append(this.#snapshot());
    this.#snapshotSize = this.#bytes;
    this.#bytes = 0;
    await this.#newest;
    const dropped = [this.#journal.dropBefore(firstSeq), this.#copies.dropBefore(copiedSeq ?? 1)];
    await Promise.all(dropped).catch(this.#onError);
  }
}
