export interface BackOff {
  /** The first wait, in milliseconds. */
  readonly firstMs: number;
  /** The longest wait, in milliseconds. */
  readonly maxMs: number;
  /** By how much each wait is longer than the one before. Default 2. */
  readonly growth?: number;
}

/** The wait after a number of failures in a row (0: after the first), in milliseconds. Jitter is the caller's. */
export const backOffMs = (failures: number, { firstMs, maxMs, growth = 2 }: BackOff): number =>
  Math.min(firstMs * growth ** failures, maxMs);
