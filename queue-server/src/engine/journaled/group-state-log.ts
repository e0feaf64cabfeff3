import type { QueueError, Range } from '@typed-queue/contracts';
import type { GroupRecord, GroupRecords, WriteOptions } from '../groups/group-records.js';
import type { Journal } from '../journal/journal.js';
import { scanLog } from '../log/scan.js';
import { GroupStateCopies, jsonFrame, valuesIn } from './group-state-copies.js';
import { NO_COPIES, type StateCopies } from './state-copies.js';

/** A snapshot replaces all records before it when they have this many bytes, and as many as the last snapshot. */
const SNAPSHOT_BYTES = 8 * 1024 * 1024;

export interface GroupStateLogDeps {
  readonly journal: Journal;
  /** Holds a second copy of the records that create groups. Undefined: there is none. */
  readonly copies: Journal | undefined;
  /** Records that are equivalent to all records so far. */
  readonly snapshot: () => readonly GroupRecord[];
  /** Called with failures that nobody waits for. */
  readonly onError: (error: unknown) => void;
  readonly snapshotBytes?: number | undefined;
  /** Default: `setTimeout`. */
  readonly later?: (run: () => void, delayMs: number) => unknown;
}

/** Records that are damaged. */
export interface GroupStateDamage {
  readonly seqs: Range;
  /** `redelivery`: only settlements were lost. `groups`: copies are missing, too. */
  readonly loses: 'redelivery' | 'groups';
}

/** How long a record may wait for others, in milliseconds. */
const GATHER_MS = 5;

/**
 * The journal that all groups share: records of one turn of the event loop become one frame, and those that may wait,
 * of some milliseconds.
 */
export class GroupStateLog implements GroupRecords {
  readonly #journal: Journal;
  readonly #copies: StateCopies;
  readonly #snapshot: () => readonly GroupRecord[];
  readonly #onError: (error: unknown) => void;
  readonly #snapshotBytes: number;
  readonly #later: (run: () => void, delayMs: number) => unknown;
  #waiting: GroupRecord[] = [];
  /** Of the records that wait; and of all that were passed to the journal. */
  #batch: Promise<void> = Promise.resolve();
  /** Ends the batch that records wait in. */
  #due: () => void = () => undefined;
  #newest: Promise<void> = Promise.resolve();
  /** Since the last snapshot; infinite when some of them could not be written. */
  #bytes = 0;
  /** In bytes, of the last one. */
  #snapshotSize = 0;
  #compaction: Promise<void> | undefined;

  constructor(deps: GroupStateLogDeps) {
    const { journal, copies, snapshot, onError, snapshotBytes = SNAPSHOT_BYTES, later = setTimeout } = deps;
    this.#journal = journal;
    this.#copies = copies === undefined ? NO_COPIES : new GroupStateCopies(copies);
    this.#snapshot = snapshot;
    this.#onError = onError;
    this.#snapshotBytes = snapshotBytes;
    this.#later = later;
  }

  /**
   * Applies all records in their order, copies in place of damaged and missing ones. Afterwards, `onDamage` is called
   * for what is missing all the same. When either journal lacks anything, the next write is followed by a snapshot to
   * both.
   */
  async replay(
    apply: (record: GroupRecord) => void,
    onDamage: (damage: GroupStateDamage) => void,
  ): Promise<void> {
    const copies = this.#copies;
    await copies.load();
    const damaged = await this.#replay(apply);
    for (const seqs of damaged) {
      onDamage({ seqs, loses: copies.covers(seqs) ? 'redelivery' : 'groups' });
    }
    const copiesAreNewer = (copies.seqs?.[1] ?? 0) > this.#journal.lastSeq;
    if (damaged.length > 0 || copiesAreNewer || !copies.isComplete) this.#bytes = Infinity;
    copies.forget();
  }

  /** Returns the damaged seqs, as far as no snapshot follows that replaces them. */
  async #replay(apply: (record: GroupRecord) => void): Promise<readonly Range[]> {
    let damaged: Range[] = [];
    const applyAll = (records: readonly GroupRecord[]): void => {
      for (const record of records) {
        if (record.kind === 'snapshot') damaged = [];
        apply(record);
      }
    };
    for await (const item of scanLog(this.#journal)) {
      if (item.kind === 'gap') {
        const { from, to, reason } = item.gap;
        // Also what was dropped: when the snapshot that replaced it is missing, only its copies are left.
        applyAll(this.#copies.within([from, to]));
        if (reason !== 'retention') damaged.push([from, to]);
      } else {
        // Safe: written by `#append`.
        const records = valuesIn(item.frame) as readonly GroupRecord[];
        this.#copies.compare(item.frame.firstSeq, records);
        applyAll(records);
      }
    }
    const { lastSeq } = this.#journal;
    const last = this.#copies.seqs?.[1] ?? 0;
    if (last <= lastSeq) return damaged;
    // The folder of the journal is older than that of the copies, or was removed.
    applyAll(this.#copies.within([lastSeq + 1, last]));
    return lastSeq > 0 && this.#copies.isComplete ? damaged : [...damaged, [lastSeq + 1, last]];
  }

  write(record: GroupRecord, { mayWait = false }: WriteOptions = {}): Promise<void> {
    this.#waiting.push(record);
    if (this.#waiting.length === 1) this.#begin(mayWait);
    else if (!mayWait) this.#hurry();
    return this.#batch;
  }

  /** Begins a batch. */
  #begin(mayWait: boolean): void {
    const due = new Promise<void>((resolve) => (this.#due = resolve));
    this.#batch = due.then(() => {
      const durable = this.#flush();
      this.#snapshotWhenDue();
      return durable;
    });
    if (mayWait) this.#later(this.#due, GATHER_MS);
    else this.#hurry();
  }

  /** What was written in the same turn of the event loop is still in the batch. */
  #hurry(): void {
    setImmediate(this.#due);
  }

  /** Resolves when all that was written so far is durable, also what only a snapshot can restore. */
  async durable(): Promise<void> {
    if (this.#waiting.length > 0) {
      this.#hurry();
      await this.#batch;
    }
    this.#snapshotWhenDue();
    // A write that failed is not covered by later ones, only by the snapshot.
    while (this.#compaction !== undefined) {
      await this.#compaction;
      this.#snapshotWhenDue();
    }
    const fault = this.fault();
    if (fault !== undefined && this.#bytes === Infinity) throw fault;
    await this.#newest;
  }

  /** Why nothing can be written at the moment; undefined when it can. */
  fault(): QueueError | undefined {
    return this.#journal.fault() ?? this.#copies.journal?.fault();
  }

  async close(): Promise<void> {
    await this.#flush().then(
      () => this.#checkpoint(),
      () => undefined,
    );
    await Promise.all([this.#journal.close(), this.#copies.journal?.close()]);
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
    const frame = jsonFrame(records.map((record) => ({ kind: record.kind, value: record })));
    this.#bytes += frame.bytes.byteLength;
    const { firstSeq, durable } = this.#journal.append(frame);
    const copied = this.#copies.add(firstSeq, records);
    this.#newest = copied ? Promise.all([durable, copied.durable]).then(() => undefined) : durable;
    // What could not be written is still in memory: the next snapshot writes it.
    this.#newest.catch(() => (this.#bytes = Infinity));
    return firstSeq;
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

  /** Replaces all records so far by those of a snapshot: one frame, so that it is complete or missing. */
  async #compact(): Promise<void> {
    const copies = this.#copies.journal;
    // A backup of a running server may have listed its files before: the last copies stay until the next snapshot.
    const formerCopies = copies?.activeFirstSeq ?? 0;
    await Promise.all([this.#journal.roll(), copies?.roll()]);
    void this.#flush();
    // From reading the state to appending it without a pause: no change comes between.
    this.#bytes = 0;
    const firstSeq = this.#append(this.#snapshot());
    this.#snapshotSize = this.#bytes;
    this.#bytes = 0;
    await this.#newest;
    const dropped = [this.#journal.dropBefore(firstSeq)];
    if (copies !== undefined) dropped.push(copies.dropBefore(formerCopies));
    await Promise.all(dropped).catch(this.#onError);
  }
}
