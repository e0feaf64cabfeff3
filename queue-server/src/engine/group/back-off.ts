import { MINUTE, SECOND } from '@typed-queue/contracts';

/** How long a message waits after its first, second … failure; the last delay repeats. In milliseconds. */
export const DEFAULT_BACK_OFF: readonly number[] = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE];

/** The delay after so many failures, between one and one and a quarter of the listed one, so that retries spread. */
export const backOff = (
  failures: number,
  random: () => number,
  delays: readonly number[] = DEFAULT_BACK_OFF,
): number => {
  const listed = delays[Math.min(failures, delays.length) - 1] ?? 0;
  return Math.round(listed * (1 + random() / 4));
};
