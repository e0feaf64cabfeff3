import { MINUTE, SECOND } from '@typed-queue/contracts';

/** How long a message waits after its first, second … failure; the last delay repeats. In milliseconds. */
export const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
];

/**
 * The delay of the retry after a number of failures, in milliseconds. It is lengthened by up to a quarter, so that
 * retries spread. A handler that names a delay of its own is not asked here: see `eventOf`.
 */
export const retryDelay = (delaysMs: readonly number[], failures: number, random: () => number): number => {
  const delay = delaysMs[Math.min(failures, delaysMs.length) - 1] ?? 0;
  return Math.round(delay * (1 + random() / 4));
};
