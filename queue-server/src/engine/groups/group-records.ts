import type { DeadLetter, GroupSettings, PassedOver, Range } from '@typed-queue/contracts';
import type { Run } from '../group/delivery-runs.js';
import type { NotedFailure } from '../group/failure-history.js';

interface OfGroup {
  readonly queue: string;
  readonly group: string;
}

/** What operators and members may change of a group. */
export interface GroupTerms {
  readonly settings?: GroupSettings;
  readonly paused?: boolean;
  /** The events that at least one member knew when the last one joined. */
  readonly knows?: 'all' | readonly string[];
}

/** A group as it is written down: leases are not, since a restart ends them all. */
export interface StoredGroup extends OfGroup, GroupTerms {
  /** Of the queue's log that the seqs are meant for. */
  readonly epoch: string;
  /** Made with the group: one that was deleted and made again has another. Earlier versions wrote none. */
  readonly life?: string;
  readonly floor: number;
  readonly runs: readonly Run[];
  /** Why messages that are not settled failed. */
  readonly failures?: readonly NotedFailure[];
  /** Messages that were redriven, each with the positions of its dead letters. */
  readonly redriven?: readonly (readonly [seq: number, positions: readonly number[]])[];
  readonly passedOver?: readonly PassedOver[];
  /** What a group of this name had settled here is not known: its records were damaged. */
  readonly unknown?: Range;
}

/** What is written down of groups, as JSON. They are what these records make, one after the other. */
export type GroupRecord =
  /** A server started: its tokens are above those of all starts before. */
  | { readonly kind: 'start'; readonly boot: number }
  | ({ readonly kind: 'group' } & StoredGroup)
  | ({
      readonly kind: 'changes';
      readonly runs: readonly Run[];
      readonly failures?: readonly NotedFailure[];
      /** As they stand from here on, of events that no member knew. */
      readonly passedOver?: readonly PassedOver[];
    } & OfGroup)
  /** Dead letters went back to their group: from now on their messages are pending there. */
  | ({
      readonly kind: 'redriven';
      readonly letters: readonly Pick<DeadLetter, 'seq' | 'position' | 'failures'>[];
    } & OfGroup)
  /** The group passed redriven messages over: they are dead letters as before. */
  | ({ readonly kind: 'kept'; readonly seqs: readonly number[] } & OfGroup)
  | ({ readonly kind: 'terms' } & OfGroup & GroupTerms)
  | ({ readonly kind: 'deleted' } & OfGroup)
  /** Damage may have taken groups; the newest seq that each queue had then. */
  | { readonly kind: 'lost'; readonly heads: readonly (readonly [queue: string, lastSeq: number])[] }
  /**
   * Everything before it counts no more, and can go: the groups that there are follow, each as a record of its own
   * in the same frame. Earlier versions wrote them down within it.
   */
  | { readonly kind: 'snapshot'; readonly boot: number; readonly groups?: readonly StoredGroup[] };

/** Where an engine writes down what becomes of its groups. */
export interface GroupRecords {
  /** Writes a record down behind all earlier ones. Resolves when it is as durable as the log. */
  write(record: GroupRecord): Promise<void>;
  /** Resolves when all that was written so far is durable. */
  durable(): Promise<void>;
  /** Why nothing can be written at the moment; undefined when all is well. */
  fault(): Error | undefined;
  close(): Promise<void>;
}
