import { MINUTE, SECOND, type GroupSettings } from '@typed-queue/contracts';
import { DEFAULT_MAX_ATTEMPTS, retryDelay } from '@typed-queue/contracts/wire';

/** How long a message waits after its first, second … failure; the last delay repeats. In milliseconds. */
const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE];

/** Unsettled messages of a group; beyond it nothing new is claimed, and no priority is looked at. */
export const DEFAULT_MAX_UNSETTLED = 10_000;

export interface GroupPolicy {
  readonly leaseMs: number;
  readonly maxUnsettled: number;
  readonly maxAttempts: number;
  /** Whether messages with a higher priority are handed out first. Default: false. */
  readonly priorities?: boolean;
  /** The delay of the retry after a number of failures, in milliseconds. */
  readonly retryDelayMs: (failures: number) => number;
}

export interface PolicyDefaults {
  readonly leaseMs: number;
  readonly maxUnsettled: number;
  readonly random: () => number;
}

/** The policy that a group's settings make. */
export const policyOf = (
  {
    maxAttempts = DEFAULT_MAX_ATTEMPTS,
    retryDelaysMs = DEFAULT_RETRY_DELAYS_MS,
    priorities = false,
  }: GroupSettings,
  { leaseMs, maxUnsettled, random }: PolicyDefaults,
): GroupPolicy => ({
  leaseMs,
  maxUnsettled,
  maxAttempts,
  priorities,
  retryDelayMs: (failures) => retryDelay(retryDelaysMs, failures, random),
});
