import type { DeadLetterRetention, QueueDefinition } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { unrefAfter } from '@typed-queue/program';
import { steadyNow, type Clocks } from './clocks.js';
import { DEFAULT_MAX_UNSETTLED } from './group/policy.js';

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
  /** Default: `steadyNow`. */
  readonly now?: () => number;
  /** Default: `now` where that is given, else Date.now. */
  readonly wallNow?: () => number;
  readonly random?: () => number;
  /** Default: `unrefAfter`. */
  readonly after?: After;
  /** Called with failures that no caller waits for. */
  readonly onError?: (error: unknown) => void;
}

/** The options with their defaults. */
export interface LocalRules extends Clocks {
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly maxUnsettled: number;
  readonly maxGroups: number;
  readonly random: () => number;
  readonly after: After;
  readonly onError: (error: unknown) => void;
  /** Leases are stored before messages leave, and outlive the engine: another one goes on with them. */
  readonly keepsLeases: boolean;
}

/** Groups of one queue. */
export const DEFAULT_MAX_GROUPS = 1_000;

export const rulesOf = ({
  leaseMs = 30_000,
  graceMs = 5_000,
  maxUnsettled = DEFAULT_MAX_UNSETTLED,
  maxGroups = DEFAULT_MAX_GROUPS,
  now = steadyNow,
  wallNow = now === steadyNow ? Date.now : now,
  random = Math.random,
  after = unrefAfter,
  onError = () => undefined,
}: LocalOptions): LocalRules => ({
  leaseMs,
  graceMs,
  maxUnsettled,
  maxGroups,
  now,
  wallNow,
  random,
  after,
  onError,
  keepsLeases: false,
});
