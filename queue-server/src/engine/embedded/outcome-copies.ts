import type { QueueError, Range } from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { OutcomeRecord } from '../local/outcome-record.js';
import { frameOfValues, visitValues } from './outcome-records.js';

interface Copy {
  /** The seq of the record in the journal of outcomes. */
  readonly at: number;
  readonly record: OutcomeRecord;
}

/** Losing any other record loses a group, its terms or its position; losing changes only means redelivery. */
const isCopied = ({ kind }: OutcomeRecord): boolean => kind !== 'changes';

/**
 * Second copies, in a journal of their own, of the outcome records that damage must not take. A damaged frame of
 * either journal is made good by the other one.
 */
export class OutcomeCopies {
  readonly #journal: Journal;
  /** Where copies were found at the start. */
  #found: readonly Copy[] = [];
  #damaged = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Reads what is stored. Call it once, first. */
  async load(): Promise<void> {
    const found = new Map<number, Copy>();
    await visitValues(this.#journal, {
      values: (values) => {
        // Safe: written by `add`. A seq that was given out again has the record of its latest frame.
        for (const copy of values as readonly Copy[]) found.set(copy.at, copy);
      },
      gap: () => (this.#damaged = true),
    });
    this.#found = [...found.values()].sort((one, other) => one.at - other.at);
  }

  /** The first and the last place that have a copy. */
  get places(): Range | undefined {
    const [first, last] = [this.#found[0], this.#found.at(-1)];
    return first && last && [first.at, last.at];
  }

  get damaged(): boolean {
    return this.#damaged;
  }

  /** Whether each record from this place on that had to be copied has its copy. */
  covers(place: number): boolean {
    const first = this.#found[0];
    return !this.#damaged && first !== undefined && first.at <= place;
  }

  /** The copied records among those of some places, in order. */
  within([from, to]: Range): readonly OutcomeRecord[] {
    return this.#found.filter(({ at }) => from <= at && at <= to).map(({ record }) => record);
  }

  /** The places of the copies are no longer needed. */
  forget(): void {
    this.#found = [];
  }

  /** Copies those records that need it; the first one has the place. Undefined: none of them. */
  add(
    place: number,
    records: readonly OutcomeRecord[],
  ): { firstSeq: number; durable: Promise<void> } | undefined {
    const copies = records.flatMap((record, index): Copy[] =>
      isCopied(record) ? [{ at: place + index, record }] : [],
    );
    if (copies.length === 0) return undefined;
    return this.#journal.append(frameOfValues(copies.map((value) => ({ kind: value.record.kind, value }))));
  }

  roll(): Promise<void> {
    return this.#journal.roll();
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
}
