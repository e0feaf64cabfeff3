import type { QueueError, Range } from '@typed-queue/contracts';
import { isDeepStrictEqual } from 'node:util';
import type { Journal } from '../journal/journal.js';
import type { GroupRecord } from '../groups/group-records.js';
import { frameOfValues, visitValues } from './outcome-records.js';

interface Copy {
  /** The seq of the record in the journal of outcomes. */
  readonly at: number;
  readonly record: GroupRecord;
}

/** All records before this place that had to be copied have copies. */
interface Checkpoint {
  readonly copiedBefore: number;
}

/** Losing any other record loses a group, its terms or its position; losing changes only means redelivery. */
const isCopied = ({ kind }: GroupRecord): boolean => kind !== 'changes';

/**
 * Second copies, in a journal of their own, of the outcome records that damage must not take. A damaged frame of
 * either journal is restored from the other one.
 */
export class OutcomeCopies {
  readonly #journal: Journal;
  /** What was found at the start, by place. */
  readonly #found = new Map<number, GroupRecord>();
  /** The place of the snapshot that they begin with; 0: they begin with other records. */
  #snapshotAt = 0;
  #copiedBefore = 0;
  #isWhole = true;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Reads what is stored. Call it once, first. */
  async load(): Promise<void> {
    await visitValues(this.#journal, {
      // Safe: written by `add` and `checkpoint`.
      values: (values) => (values as readonly (Copy | Checkpoint)[]).forEach((value) => this.#take(value)),
      gap: ({ reason }) => (this.#isWhole &&= reason === 'retention'),
    });
  }

  /** False once a copy is known to be damaged, missing, or of another record than the one in its place. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The places from the first to the last that has a copy; undefined when there is none. */
  get places(): Range | undefined {
    let [first, last] = [Infinity, 0];
    for (const place of this.#found.keys()) [first, last] = [Math.min(first, place), Math.max(last, place)];
    return last === 0 ? undefined : [first, last];
  }

  /** Compares the intact records of a frame with their copies. What is before a snapshot needs none. */
  compare(firstPlace: number, records: readonly GroupRecord[]): void {
    for (const [index, record] of records.entries()) {
      const place = firstPlace + index;
      if (place < this.#snapshotAt) continue;
      const expected = isCopied(record) ? record : undefined;
      if (!isDeepStrictEqual(this.#found.get(place), expected)) this.#isWhole = false;
    }
  }

  /**
   * Whether each record of these places that had to be copied is known to have its copy. Certain only after all
   * intact records were compared.
   */
  covers([from, to]: Range): boolean {
    const { places } = this;
    if (!this.#isWhole || places === undefined) return false;
    return to < this.#copiedBefore && (this.#snapshotAt > 0 || places[0] <= from);
  }

  /** The copied records among those of some places, in order. */
  within([from, to]: Range): readonly GroupRecord[] {
    return [...this.#found]
      .filter(([place]) => from <= place && place <= to)
      .sort(([one], [other]) => one - other)
      .map(([, record]) => record);
  }

  /** What was found is no longer needed. */
  forget(): void {
    this.#found.clear();
  }

  /** Copies those records that need it; the first one has the place. Undefined: none of them. */
  add(place: number, records: readonly GroupRecord[]): { durable: Promise<void> } | undefined {
    const copies = records.flatMap((record, index): Copy[] =>
      isCopied(record) ? [{ at: place + index, record }] : [],
    );
    if (copies.length === 0) return undefined;
    return this.#journal.append(frameOfValues(copies.map((value) => ({ kind: value.record.kind, value }))));
  }

  /** Notes that all records before a place that had to be copied have durable copies. */
  checkpoint(place: number): void {
    const value: Checkpoint = { copiedBefore: place };
    // Without it damage behind the last copy is reported as possibly larger than it is.
    this.#journal.append(frameOfValues([{ kind: 'checkpoint', value }])).durable.catch(() => undefined);
  }

  roll(): Promise<void> {
    return this.#journal.roll();
  }

  /** The first seq of the segment that is written to. */
  get activeFirstSeq(): number {
    return this.#journal.activeFirstSeq;
  }

  dropBefore(seq: number): Promise<void> {
    return this.#journal.dropBefore(seq);
  }

  trouble(): QueueError | undefined {
    return this.#journal.trouble();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #take(value: Copy | Checkpoint): void {
    if ('copiedBefore' in value) {
      this.#copiedBefore = value.copiedBefore;
      return;
    }
    // It replaces all records so far, also those of a journal that is gone.
    if (value.record.kind === 'snapshot') {
      this.#found.clear();
      this.#snapshotAt = value.at;
      this.#isWhole = true;
    }
    // A place that was given out again has the record of its latest frame.
    this.#found.set(value.at, value.record);
    this.#copiedBefore = value.at + 1;
  }
}
