import type { DeadLetterRetention, QueueDefinition } from '@typed-queue/contracts';
import { systemTimers, type Timers } from '../timers.js';
import { DEFAULT_MAX_UNSETTLED } from '../group/policy.js';

/** The parts of a queue's definition that an engine needs. */
export interface StoredQueue extends Pick<QueueDefinition, 'name' | 'retention'> {
  /** Default: dead letters stay. */
  readonly deadLetters?: DeadLetterRetention;
}

/** Options of an engine of one process. */
export interface LocalOptions {
  readonly queues: readonly StoredQueue[];
  /** How long a member may hold messages without a sign of life. Default 30 s. */
  readonly leaseMs?: number;
  /** How long a member that vanished has to come back. Default 5 s. */
  readonly graceMs?: number;
  /** How many unsettled messages a group may have before nothing new is claimed. Default 10,000. */
  readonly maxUnsettled?: number;
  /** How many groups a queue may have before no new one is made; stored ones are always opened. Default 1,000. */
  readonly maxGroups?: number;
  /**
   * For durations: milliseconds of a clock that is never set. Default: the wall clock at the start, going on steadily
   * even when that is set.
   */
  readonly now?: () => number;
  /** For points in time and ages: milliseconds since 1970. Default: `now` where that is given, else Date.now. */
  readonly wallNow?: () => number;
  readonly random?: () => number;
  readonly timers?: Timers;
  /** Called with failures that no caller waits for. */
  readonly onError?: (error: unknown) => void;
}

/** The options with their defaults. */
export interface LocalRules {
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly maxUnsettled: number;
  readonly maxGroups: number;
  readonly now: () => number;
  readonly wallNow: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

/** Groups of one queue. */
export const DEFAULT_MAX_GROUPS = 1_000;

/** Leases and retries must not wait for an hour because somebody set the clock back by one. */
const steadyNow = (): number => Math.round(performance.timeOrigin + performance.now());

export const rulesOf = ({
  leaseMs = 30_000,
  graceMs = 5_000,
  maxUnsettled = DEFAULT_MAX_UNSETTLED,
  maxGroups = DEFAULT_MAX_GROUPS,
  now = steadyNow,
  wallNow = now === steadyNow ? Date.now : now,
  random = Math.random,
  timers = systemTimers,
  onError = () => undefined,
}: LocalOptions): LocalRules => ({
  leaseMs,
  graceMs,
  maxUnsettled,
  maxGroups,
  now,
  wallNow,
  random,
  timers,
  onError,
});
