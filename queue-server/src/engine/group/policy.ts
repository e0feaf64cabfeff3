import { MINUTE, SECOND, type GroupSettings } from '@typed-queue/contracts';
import { DEFAULT_MAX_ATTEMPTS } from '@typed-queue/contracts/wire';

/** Unsettled messages of a group; beyond it nothing new is claimed. */
export const DEFAULT_MAX_UNSETTLED = 10_000;

/** How long a message waits after its first, second … failure; the last delay repeats. In milliseconds. */
const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE];

export interface GroupPolicy {
  readonly leaseMs: number;
  readonly maxUnsettled: number;
  readonly maxAttempts: number;
  /** The delay of the retry after a number of failures, in milliseconds. */
  readonly retryDelayMs: (failures: number) => number;
}

export interface PolicyDefaults {
  readonly leaseMs: number;
  readonly maxUnsettled: number;
  readonly random: () => number;
}

/** The policy that a group's settings make. Delays are lengthened by up to a quarter, so that retries spread. */
export const policyOf = (
  { maxAttempts = DEFAULT_MAX_ATTEMPTS, retryDelaysMs = DEFAULT_RETRY_DELAYS_MS }: GroupSettings,
  { leaseMs, maxUnsettled, random }: PolicyDefaults,
): GroupPolicy => ({
  leaseMs,
  maxUnsettled,
  maxAttempts,
  retryDelayMs: (failures) => {
    const delay = retryDelaysMs[Math.min(failures, retryDelaysMs.length) - 1] ?? 0;
    return Math.round(delay * (1 + random() / 4));
  },
});
