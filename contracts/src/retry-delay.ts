/**
 * The delay of the retry after a number of failures, in milliseconds; the last delay repeats. It is lengthened by up to a
 * quarter, so that retries spread.
 */
export const retryDelay = (delaysMs: readonly number[], failures: number, random: () => number): number => {
  const delay = delaysMs[Math.min(failures, delaysMs.length) - 1] ?? 0;
  return Math.round(delay * (1 + random() / 4));
};
