import type { QueueError, Range } from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { GroupRecord } from '../groups/group-records.js';
import type { GroupRecords } from '../groups/group-records.js';
import { OutcomeCopies } from './outcome-copies.js';
import { frameOfValues, visitValues } from './outcome-records.js';

/** A snapshot replaces all records before it when they have so many bytes, and as many as the last snapshot. */
const SNAPSHOT_BYTES = 8 * 1024 * 1024;

export interface OutcomeLogParts {
  readonly journal: Journal;
  /** Holds a second copy of the records that make groups, in a folder of its own. */
  readonly copies: Journal;
  /** Records that make what all records so far make together. */
  readonly snapshot: () => readonly GroupRecord[];
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
export class OutcomeLog implements GroupRecords {
  readonly #journal: Journal;
  readonly #copies: OutcomeCopies;
  readonly #snapshot: () => readonly GroupRecord[];
  readonly #onError: (error: unknown) => void;
  readonly #snapshotBytes: number;
  #waiting: GroupRecord[] = [];
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
   * Applies all records in their order. In place of damaged and missing ones come their copies, and `onDamage` is told
   * what is missing all the same, after all records. When either journal lacks anything, the next write is followed
   * by a snapshot to both.
   */
  async replay(
    apply: (record: GroupRecord) => void,
    onDamage: (damage: OutcomeDamage) => void,
  ): Promise<void> {
    const copies = this.#copies;
    await copies.load();
    const damaged = await this.#replayed(apply);
    for (const places of damaged) {
      onDamage({ places, loses: copies.covers(places) ? 'redelivery' : 'groups' });
    }
    const isAhead = (copies.places?.[1] ?? 0) > this.#journal.lastSeq;
    if (damaged.length > 0 || isAhead || !copies.isWhole) this.#bytes = Infinity;
    copies.forget();
  }

  /** Returns the damaged places, as far as no snapshot follows that replaces them. */
  async #replayed(apply: (record: GroupRecord) => void): Promise<readonly Range[]> {
    let damaged: Range[] = [];
    const take = (record: GroupRecord): void => {
      if (record.kind === 'snapshot') damaged = [];
      apply(record);
    };
    await visitValues(this.#journal, {
      values: (values, firstSeq) => {
        // Safe: written by `write` below.
        const records = values as readonly GroupRecord[];
        this.#copies.compare(firstSeq, records);
        records.forEach(take);
      },
      gap: ({ from, to, reason }) => {
        // Also what was dropped: when the snapshot that replaced it is missing, its copies are all there is.
        this.#copies.within([from, to]).forEach(take);
        if (reason !== 'retention') damaged.push([from, to]);
      },
    });
    const { lastSeq } = this.#journal;
    const last = this.#copies.places?.[1] ?? 0;
    if (last <= lastSeq) return damaged;
    // The folder of the journal is older than that of the copies, or was removed.
    this.#copies.within([lastSeq + 1, last]).forEach(take);
    return lastSeq > 0 && this.#copies.isWhole ? damaged : [...damaged, [lastSeq + 1, last]];
  }

  /** Writes a record down behind all earlier ones. Resolves when it is durable. */
  write(record: GroupRecord): Promise<void> {
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
    const trouble = this.fault();
    if (trouble !== undefined && this.#bytes === Infinity) throw trouble;
    await this.#newest;
  }

  /** Why nothing can be written at the moment; undefined when all is well. */
  fault(): QueueError | undefined {
    return this.#journal.trouble() ?? this.#copies.trouble();
  }

  async close(): Promise<void> {
    await this.#flush().then(
      () => this.#checkpoint(),
      () => undefined,
    );
    await Promise.all([this.#journal.close(), this.#copies.close()]);
  }

  /** Everything is durable: damage that is found at the next start is known to be covered by copies. */
  #checkpoint(): void {
    if (this.#compaction === undefined && this.#bytes !== Infinity && this.fault() === undefined) {
      this.#copies.checkpoint(this.#journal.nextSeq);
    }
  }

  #flush(): Promise<void> {
    if (this.#waiting.length > 0) {
      const records = this.#waiting;
      this.#waiting = [];
      this.#append(records);
    }
    return this.#newest;
  }

  /** Returns the first seq in the journal. */
  #append(records: readonly GroupRecord[]): number {
    const frame = frameOfValues(records.map((record) => ({ kind: record.kind, value: record })));
    this.#bytes += frame.bytes.byteLength;
    const { firstSeq, durable } = this.#journal.append(frame);
    const copied = this.#copies.add(firstSeq, records);
    this.#waitFor(copied ? Promise.all([durable, copied.durable]).then(() => undefined) : durable);
    return firstSeq;
  }

  #waitFor(durable: Promise<void>): void {
    this.#newest = durable;
    // What could not be written stands in memory all the same: the next snapshot brings it to the disk.
    durable.catch(() => (this.#bytes = Infinity));
  }

  #snapshotWhenDue(): void {
    if (this.#compaction !== undefined || this.fault() !== undefined) return;
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
    // A backup of a running server may have listed its files before: the last copies stay until the next snapshot.
    const formerCopies = this.#copies.activeFirstSeq;
    await Promise.all([this.#journal.roll(), this.#copies.roll()]);
    void this.#flush();
    // From the state to its place in the journal without a pause: no change comes between.
    this.#bytes = 0;
    const firstSeq = this.#append(this.#snapshot());
    this.#snapshotSize = this.#bytes;
    this.#bytes = 0;
    await this.#newest;
    const dropped = [this.#journal.dropBefore(firstSeq), this.#copies.dropBefore(formerCopies)];
    await Promise.all(dropped).catch(this.#onError);
  }
}
