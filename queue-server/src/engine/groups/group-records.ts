import type { DeadLetter, GroupSettings, PassedOver, Range } from '@typed-queue/contracts';
import type { Change } from '../group/change.js';
import type { FailureRecord } from '../group/failure-history.js';
import type { LeaseHolder } from '../group/leases.js';
import { afterRestart, afterTakeover, SETTLED, type MessageState } from '../group/message-state.js';
import type { Run } from '../group/state-runs.js';
import { fromWallTime, toWallTime, type Clocks } from '../clocks.js';
import type { LocalRules } from '../local-options.js';
import { handled } from './handled.js';

interface OfGroup {
  readonly queue: string;
  readonly group: string;
}

/** A group as it is stored: with leases where they outlive a restart. */
export interface StoredGroup extends OfGroup {
  /** Of the queue's log that the seqs belong to. */
  readonly epoch: string;
  /** Made with the group: one that was deleted and made again has another. Earlier versions stored none. */
  readonly life?: string;
  readonly floor: number;
  readonly runs: readonly StoredRun[];
  /** Whose leased messages are. */
  readonly leases?: readonly StoredLease[];
  /** Why messages that are not settled failed. */
  readonly failures?: readonly FailureRecord[];
  /** Messages that were redriven, each with the positions of its dead letters. */
  readonly redriven?: readonly (readonly [seq: number, positions: readonly number[]])[];
  /** The seqs of those whose letters were edited. */
  readonly edited?: readonly number[];
  readonly passedOver?: readonly PassedOver[];
  /** It is unknown what a group of this name had settled here: its records were damaged. */
  readonly unknown?: Range;
  readonly settings?: GroupSettings;
  readonly paused?: boolean;
  /** The events that at least one member knew when the last one joined. Undefined: nobody joined. */
  readonly knows?: 'all' | readonly string[];
}

/** What a group has to know of a letter that is redriven. */
export type RedrivenLetter = Pick<DeadLetter, 'seq' | 'position' | 'failures' | 'edited'>;

/** What operators and members may change of a group. */
export type GroupOptions = Pick<StoredGroup, 'settings' | 'paused' | 'knows'>;

/**
 * A record of groups, stored as JSON. Applied one after the other by `GroupRegistry`, they make the groups: `LocalGroup`
 * writes what makes, changes or deletes a group, `recordChange` what becomes of its messages.
 */
export type GroupRecord =
  /** A server started: its tokens are above those of all starts before. */
  | { readonly kind: 'start'; readonly boot: number }
  | ({ readonly kind: 'group' } & StoredGroup)
  | ({
      readonly kind: 'changes';
      readonly runs: readonly StoredRun[];
      /** Under which they are leased. */
      readonly lease?: StoredLease;
      readonly failures?: readonly FailureRecord[];
      /** The new totals of events that no member knew. */
      readonly passedOver?: readonly PassedOver[];
    } & OfGroup)
  /** Dead letters were redriven: their messages are pending in the group. */
  | ({
      readonly kind: 'redriven';
      readonly letters: readonly RedrivenLetter[];
    } & OfGroup)
  /** The group skipped redriven messages: they are dead letters as before. */
  | ({ readonly kind: 'kept'; readonly seqs: readonly number[] } & OfGroup)
  | ({ readonly kind: 'terms' } & OfGroup & GroupOptions)
  | ({ readonly kind: 'deleted' } & OfGroup)
  /** Damage may have removed groups; the newest seq that each queue had then. */
  | { readonly kind: 'lost'; readonly heads: readonly (readonly [queue: string, lastSeq: number])[] }
  /**
   * Replaces everything before it: the groups follow, each as a record of its own in the same frame. Earlier versions
   * stored them within it.
   */
  | { readonly kind: 'snapshot'; readonly boot: number; readonly groups?: readonly StoredGroup[] };

export interface WriteOptions {
  /** Whether the record may wait some milliseconds, to be stored together with others. Default: false. */
  readonly mayWait?: boolean;
}

/** Where an engine stores its group records. */
export interface GroupRecords {
  /** Appends a record. Resolves when it is as durable as the log. */
  write(record: GroupRecord, options?: WriteOptions): Promise<void>;
  /** Resolves when all earlier records are durable. */
  durable(): Promise<void>;
  /** Why nothing can be stored at the moment; undefined when all is well. */
  fault(): Error | undefined;
  close(): Promise<void>;
}

/** Consecutive messages in the same state, as they are stored. */
export interface StoredRun {
  readonly from: number;
  readonly to: number;
  readonly delivery: StoredState;
}

/** `concurrency`: undefined when unknown. */
export interface StoredLease extends Pick<LeaseHolder, 'token' | 'member'> {
  readonly concurrency?: number | undefined;
}

type StoredState =
  | { readonly kind: 'settled' }
  | ({ readonly kind: 'leased'; readonly token: number } & StoredCounters)
  | ({ readonly kind: 'ready' | 'condemned' } & StoredCounters)
  /** `dueAt` by the wall clock; earlier versions stored no `delayMs`. */
  | ({ readonly kind: 'scheduled'; readonly dueAt: number; readonly delayMs?: number } & StoredCounters);

interface StoredCounters {
  readonly failures: number;
  readonly handouts: number;
  readonly alone: boolean;
  readonly noPrefetch?: true | undefined;
}

/** What states are stored by. */
export type StoringRules = Clocks & Partial<Pick<LocalRules, 'keepsLeases'>>;

export const storedRun = ({ from, to, state }: Run, rules: StoringRules): StoredRun => ({
  from,
  to,
  delivery: storedState(rules.keepsLeases ? afterTakeover(state) : afterRestart(state), rules),
});

export const storedLease = ({ token, member, concurrency }: LeaseHolder): StoredLease => ({
  token,
  member,
  ...(concurrency !== Infinity && { concurrency }),
});

export const restoredLease = ({ token, member, concurrency = Infinity }: StoredLease): LeaseHolder => ({
  token,
  member,
  concurrency,
});

export const restoredRun = ({ from, to, delivery }: StoredRun, clocks: Clocks): Run => ({
  from,
  to,
  state: restoredState(delivery, clocks),
});

const storedState = (state: ReturnType<typeof afterTakeover>, clocks: Clocks): StoredState => {
  if (state.kind === 'settled') return SETTLED;
  const { failures, deliveries: handouts, isolated: alone, noPrefetch } = state;
  switch (state.kind) {
    case 'ready':
      return { kind: 'ready', failures, handouts, alone, noPrefetch };
    case 'leased':
      return { kind: 'leased', token: state.token, failures, handouts, alone, noPrefetch };
    case 'dead':
      return { kind: 'condemned', failures, handouts, alone, noPrefetch };
    case 'scheduled': {
      const dueAt = toWallTime(state.dueAt, clocks);
      const delay = state.delayMs === undefined ? {} : { delayMs: state.delayMs };
      return { kind: 'scheduled', dueAt, ...delay, failures, handouts, alone, noPrefetch };
    }
    default:
      return state satisfies never;
  }
};

/** A retry never waits longer than its own delay. */
const restoredState = (stored: StoredState, clocks: Clocks): MessageState => {
  if (stored.kind === 'settled') return SETTLED;
  const { failures, handouts: deliveries, alone: isolated, noPrefetch } = stored;
  switch (stored.kind) {
    case 'ready':
      return { kind: 'ready', failures, deliveries, isolated, noPrefetch };
    case 'leased':
      return { kind: 'leased', token: stored.token, failures, deliveries, isolated, noPrefetch };
    case 'condemned':
      return { kind: 'dead', failures, deliveries, isolated, noPrefetch };
    case 'scheduled': {
      const { delayMs } = stored;
      const dueAt = fromWallTime(stored.dueAt, delayMs ?? Infinity, clocks);
      const delay = delayMs === undefined ? {} : { delayMs };
      return { kind: 'scheduled', dueAt, ...delay, failures, deliveries, isolated, noPrefetch };
    }
    default:
      return stored satisfies never;
  }
};

export interface RecordingDeps extends OfGroup {
  readonly records: GroupRecords;
  readonly rules: StoringRules & Pick<LocalRules, 'onError'>;
}

export interface RecordedChange
  extends Pick<Change, 'changed' | 'failures'>, Partial<Pick<Change, 'takenBack'>>, WriteOptions {
  readonly passedOver?: readonly PassedOver[];
  /** The lease that was made. */
  readonly lease?: LeaseHolder;
}

/**
 * Records a change of a group's messages. Resolves when it is durable, and without a change when all earlier records are:
 * a repeated outcome changes nothing, and its first record may still wait. Only who promised durability has to wait:
 * losing the record means a redelivery.
 */
export const recordChange = (
  { queue, group, records, rules }: RecordingDeps,
  { changed, failures, takenBack = [], passedOver = [], lease, ...options }: RecordedChange,
): Promise<void> => {
  // Whoever made the earlier changes hears of a failure.
  if (changed.length === 0) return handled(records.durable());
  // Without leases, what is taken back is ready in what is stored, as it was.
  const all = rules.keepsLeases ? [...changed, ...takenBack] : changed;
  const runs = all.map((run) => storedRun(run, rules));
  const why = failures.length === 0 ? {} : { failures };
  const passed = passedOver.length === 0 ? {} : { passedOver };
  const held = lease === undefined || !rules.keepsLeases ? {} : { lease: storedLease(lease) };
  const written = records.write({ kind: 'changes', queue, group, runs, ...held, ...why, ...passed }, options);
  written.catch(rules.onError);
  return written;
};
