import type { GroupSettings } from '@typed-queue/contracts';
import { DEFAULT_MAX_ATTEMPTS } from '@typed-queue/contracts/wire';
import { backOff, DEFAULT_BACK_OFF } from './back-off.js';

/** What may be unsettled of a group; beyond, it is handed nothing new. */
export const DEFAULT_MAX_UNSETTLED = 10_000;

export interface GroupPolicy {
  readonly leaseMs: number;
  readonly maxUnsettled: number;
  readonly maxAttempts: number;
  /** How long a message waits after so many failures, in milliseconds. */
  readonly backOff: (failures: number) => number;
}

export interface PolicySources {
  readonly leaseMs: number;
  readonly maxUnsettled: number;
  readonly random: () => number;
}

/** The rules that a group's settings make. */
export const policyOf = (
  { maxAttempts = DEFAULT_MAX_ATTEMPTS, retryDelaysMs = DEFAULT_BACK_OFF }: GroupSettings,
  { leaseMs, maxUnsettled, random }: PolicySources,
): GroupPolicy => ({
  ...{ leaseMs, maxUnsettled, maxAttempts },
  backOff: (failures) => backOff(failures, random, retryDelaysMs),
});
