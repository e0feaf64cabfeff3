import type { Range } from '@typed-queue/contracts';
import { encodeFrame, NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import { isDeepStrictEqual } from 'node:util';
import type { GroupRecord } from '../groups/group-records.js';
import type { Journal } from '../journal/journal.js';
import { scanLog } from '../log/scan.js';
import type { StateCopies } from './state-copies.js';

interface Copy {
  /** The seq of the record in the journal of group records. */
  readonly at: number;
  readonly record: GroupRecord;
}

/** All records before this seq that had to be copied have copies. */
interface Checkpoint {
  readonly copiedBefore: number;
}

/** A frame of values, each as JSON under the name of its kind. */
export const jsonFrame = (values: readonly { readonly kind: string; readonly value: unknown }[]): Frame =>
  encodeFrame(
    values.map(({ kind, value }) => ({ id: NIL_UUID, event: kind, payload: JSON.stringify(value) })),
  );

/** The values of a frame. Safe to cast to what the journal's owner writes: the frame's checksum was verified. */
export const valuesIn = (frame: Frame): readonly unknown[] =>
  // Safe: the texts of a frame are JSON.
  JSON.parse(`[${frame.texts()}]`) as unknown[];

/** Losing any other record loses a group, its settings or its position; losing changes only causes redelivery. */
const isCopied = ({ kind }: GroupRecord): boolean => kind !== 'changes';

/**
 * Second copies, in a journal of their own, of the group records that damage must not lose. A damaged frame of either
 * journal is restored from the other one.
 */
export class GroupStateCopies implements StateCopies {
  readonly journal: Journal;
  /** What was found at the start, by the seq of the record. */
  readonly #found = new Map<number, GroupRecord>();
  /** The seq of the snapshot that they begin with; 0: they begin with other records. */
  #snapshotAt = 0;
  #copiedBefore = 0;
  #isComplete = true;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  async load(): Promise<void> {
    for await (const item of scanLog(this.journal)) {
      if (item.kind === 'gap') this.#isComplete &&= item.gap.reason === 'retention';
      // Safe: written by `add` and `checkpoint`.
      else (valuesIn(item.frame) as readonly (Copy | Checkpoint)[]).forEach((value) => this.#apply(value));
    }
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get seqs(): Range | undefined {
    let [first, last] = [Infinity, 0];
    for (const seq of this.#found.keys()) [first, last] = [Math.min(first, seq), Math.max(last, seq)];
    return last === 0 ? undefined : [first, last];
  }

  compare(firstSeq: number, records: readonly GroupRecord[]): void {
    for (const [index, record] of records.entries()) {
      const seq = firstSeq + index;
      if (seq < this.#snapshotAt) continue;
      const expected = isCopied(record) ? record : undefined;
      if (!isDeepStrictEqual(this.#found.get(seq), expected)) this.#isComplete = false;
    }
  }

  covers([from, to]: Range): boolean {
    const { seqs } = this;
    if (!this.#isComplete || seqs === undefined) return false;
    return to < this.#copiedBefore && (this.#snapshotAt > 0 || seqs[0] <= from);
  }

  within([from, to]: Range): readonly GroupRecord[] {
    return [...this.#found]
      .filter(([seq]) => from <= seq && seq <= to)
      .sort(([one], [other]) => one - other)
      .map(([, record]) => record);
  }

  forget(): void {
    this.#found.clear();
  }

  add(firstSeq: number, records: readonly GroupRecord[]): { durable: Promise<void> } | undefined {
    const copies = records.flatMap((record, index): Copy[] =>
      isCopied(record) ? [{ at: firstSeq + index, record }] : [],
    );
    if (copies.length === 0) return undefined;
    return this.journal.append(jsonFrame(copies.map((value) => ({ kind: value.record.kind, value }))));
  }

  checkpoint(seq: number): void {
    const value: Checkpoint = { copiedBefore: seq };
    // Without it, damage after the last copy is reported as possibly larger than it is.
    this.journal.append(jsonFrame([{ kind: 'checkpoint', value }])).durable.catch(() => undefined);
  }

  #apply(value: Copy | Checkpoint): void {
    if ('copiedBefore' in value) {
      this.#copiedBefore = value.copiedBefore;
      return;
    }
    // It replaces all records so far, also those of a journal that is gone.
    if (value.record.kind === 'snapshot') {
      this.#found.clear();
      this.#snapshotAt = value.at;
      this.#isComplete = true;
    }
    // A seq that was assigned again has the record of its latest frame.
    this.#found.set(value.at, value.record);
    this.#copiedBefore = value.at + 1;
  }
}
