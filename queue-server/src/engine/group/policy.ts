import type { GroupSettings } from '@typed-queue/contracts';
import { DEFAULT_MAX_ATTEMPTS } from '@typed-queue/contracts/wire';
import { DEFAULT_RETRY_DELAYS_MS, retryDelay } from './retry-delay.js';

/** Unsettled messages of a group; beyond it nothing new is claimed. */
export const DEFAULT_MAX_UNSETTLED = 10_000;

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

/** The policy that a group's settings make. */
export const policyOf = (
  { maxAttempts = DEFAULT_MAX_ATTEMPTS, retryDelaysMs = DEFAULT_RETRY_DELAYS_MS }: GroupSettings,
  { leaseMs, maxUnsettled, random }: PolicyDefaults,
): GroupPolicy => ({
  leaseMs,
  maxUnsettled,
  maxAttempts,
  retryDelayMs: (failures) => retryDelay(retryDelaysMs, failures, random),
});
