export interface BackOffBounds {
  /** The first delay, in milliseconds. */
  readonly minDelayMs: number;
  /** The longest delay, in milliseconds. */
  readonly maxDelayMs: number;
  /** By how much each delay is longer than the one before. Default 2. */
  readonly growth?: number | undefined;
}

/** The delay after a number of failures in a row (0: after the first), in milliseconds. Jitter is the caller's. */
export const backOffMs = (failures: number, { minDelayMs, maxDelayMs, growth = 2 }: BackOffBounds): number =>
  Math.min(minDelayMs * growth ** failures, maxDelayMs);
