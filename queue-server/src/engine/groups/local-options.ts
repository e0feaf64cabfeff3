import type { DeadLetterRetention, QueueDefinition } from '@typed-queue/contracts';
import { systemTimers, type Timers } from '../timers.js';
import { DEFAULT_MAX_UNSETTLED } from '../group/policy.js';

/** What an engine needs to know of a queue. */
export interface StoredQueue extends Pick<QueueDefinition, 'name' | 'retention'> {
  /** Default: dead letters stay. */
  readonly deadLetters?: DeadLetterRetention;
}

/** What an engine of one process is given. */
export interface LocalOptions {
  readonly queues: readonly StoredQueue[];
  /** How long a member may hold messages without a word. Default 30 s. */
  readonly leaseMs?: number;
  /** How long a member that vanished may take to come back. Default 5 s. */
  readonly graceMs?: number;
  /** How much may be unsettled of a group before it is handed nothing new. Default 10,000 messages. */
  readonly maxUnsettled?: number;
  /** How many groups a queue may have before no new one is made; those that are stored are always opened. Default 1,000. */
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
  /** Told of failures that nobody waits for. */
  readonly onError?: (error: unknown) => void;
}

/** How groups run; the options with their defaults. */
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
