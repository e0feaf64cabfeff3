import { encodeFrame, NIL_UUID, type Gap, type QueueError } from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { OutcomeRecord } from '../local/outcome-record.js';
import type { Outcomes } from '../local/outcomes.js';

const READ_BYTES = 1024 * 1024;

/** A snapshot replaces all records before it when they have so many bytes, and as many as the last snapshot. */
const SNAPSHOT_BYTES = 8 * 1024 * 1024;

export interface OutcomeLogParts {
  readonly journal: Journal;
  /** Records that make what all records so far make together. */
  readonly snapshot: () => readonly OutcomeRecord[];
  /** Told of failures that nobody waits for. */
  readonly onError: (error: unknown) => void;
  readonly snapshotBytes?: number;
}

/** The journal that all groups share: records that come within one turn of the loop become one frame. */
export class OutcomeLog implements Outcomes {
  readonly #journal: Journal;
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

  constructor({ journal, snapshot, onError, snapshotBytes = SNAPSHOT_BYTES }: OutcomeLogParts) {
    this.#journal = journal;
    this.#snapshot = snapshot;
    this.#onError = onError;
    this.#snapshotBytes = snapshotBytes;
  }

  /** All records in their order; `onGap` is told of those that are damaged. */
  async replay(apply: (record: OutcomeRecord) => void, onGap: (gap: Gap) => void): Promise<void> {
    let next = this.#journal.firstSeq;
    while (next <= this.#journal.lastSeq) {
      const items = await this.#journal.read(next, READ_BYTES);
      for (const item of items) {
        if (item.kind === 'gap') onGap(item.gap);
        else {
          // Safe: written by `write` below and read back under a checksum.
          for (const record of JSON.parse(`[${item.frame.texts()}]`) as OutcomeRecord[]) apply(record);
        }
        next = (item.kind === 'gap' ? item.gap.to : item.frame.lastSeq) + 1;
      }
      if (items.length === 0) break;
    }
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

  /** Resolves when all that was written so far is durable. */
  durable(): Promise<void> {
    if (this.#waiting.length > 0) return this.#batch;
    this.#snapshotWhenDue();
    return this.#newest;
  }

  /** Why nothing can be written at the moment; undefined when all is well. */
  trouble(): QueueError | undefined {
    return this.#journal.trouble();
  }

  async close(): Promise<void> {
    void this.#flush();
    await this.#journal.close();
  }

  #flush(): Promise<void> {
    if (this.#waiting.length > 0) {
      const records = this.#waiting;
      this.#waiting = [];
      this.#append(records);
    }
    return this.#newest;
  }

  #append(records: readonly OutcomeRecord[]): number {
    const frame = encodeFrame(
      records.map((record) => ({ id: NIL_UUID, event: record.kind, payload: JSON.stringify(record) })),
    );
    this.#bytes += frame.bytes.byteLength;
    const { firstSeq, durable } = this.#journal.append(frame);
    this.#waitFor(durable);
    return firstSeq;
  }

  #waitFor(durable: Promise<void>): void {
    this.#newest = durable;
    // What could not be written stands in memory all the same: the next snapshot brings it to the disk.
    durable.catch(() => (this.#bytes = Infinity));
  }

  #snapshotWhenDue(): void {
    if (this.#bytes <= Math.max(this.#snapshotBytes, this.#snapshotSize) || this.trouble() !== undefined)
      return;
    this.#bytes = 0;
    this.#waitFor(this.#compact());
    this.#newest.catch(this.#onError);
  }

  /** Replaces all records so far by those of a snapshot: one frame, which is there as a whole or not at all. */
  async #compact(): Promise<void> {
    await this.#journal.roll();
    void this.#flush();
    // From the state to its place in the journal without a pause: no change comes between.
    this.#bytes = 0;
    const firstSeq = this.#append(this.#snapshot());
    this.#snapshotSize = this.#bytes;
    this.#bytes = 0;
    await this.#newest;
    await this.#journal.dropBefore(firstSeq).catch(this.#onError);
  }
}
