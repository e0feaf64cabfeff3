import type { Range } from '@typed-queue/contracts';
import type { GroupRecord } from '../groups/group-records.js';
import type { Journal } from '../journal/journal.js';

/** Second copies of the group records that damage must not lose. */
export interface StateCopies {
  /** Undefined: there are no copies. */
  readonly journal: Journal | undefined;
  /** False once a copy is known to be damaged, missing, or of another record than the one with its seq. */
  readonly isComplete: boolean;
  /** The seqs from the first to the last record that has a copy; undefined when there is none. */
  readonly seqs: Range | undefined;
  /** Reads what is stored. Call it once, first. */
  load(): Promise<void>;
  /** Compares the intact records of a frame with their copies. What is before a snapshot needs none. */
  compare(firstSeq: number, records: readonly GroupRecord[]): void;
  /**
   * Whether each record of these seqs that had to be copied is known to have its copy. Certain only after all intact
   * records were compared.
   */
  covers(seqs: Range): boolean;
  /** The copied records among those of some seqs, in order. */
  within(seqs: Range): readonly GroupRecord[];
  /** What was found is no longer needed. */
  forget(): void;
  /** Copies those records that need it; the first one has the seq. Undefined: none of them. */
  add(firstSeq: number, records: readonly GroupRecord[]): { durable: Promise<void> } | undefined;
  /** Records that all records before a seq that had to be copied have durable copies. */
  checkpoint(seq: number): void;
}

const nothing = (): undefined => undefined;

/** For a store that loses all of its journals, or none. */
export const NO_COPIES: StateCopies = {
  journal: undefined,
  isComplete: true,
  seqs: undefined,
  load: () => Promise.resolve(),
  compare: nothing,
  covers: () => false,
  within: () => [],
  forget: nothing,
  add: nothing,
  checkpoint: nothing,
};
