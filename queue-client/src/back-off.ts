import type { ErrorBody } from '@typed-queue/contracts';
import type { Runtime } from './runtime.js';

export interface BackOffBounds {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Between two tries of something that the server refused for the moment. */
export const RETRY_BOUNDS: BackOffBounds = { firstMs: 100, mostMs: 5_000 };

/** The wait before a try, in milliseconds: doubled each time up to a bound, the upper half of it by chance. */
export const backOffMs = (failures: number, { firstMs, mostMs }: BackOffBounds, random: number): number => {
  const ms = Math.min(mostMs, firstMs * 2 ** failures);
  return ms / 2 + (random * ms) / 2;
};

/** Timers run at once when they are to wait longer than about 24 days. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** So that clients that were told the same do not all come back at the same moment. */
const JITTER_SHARE = 10;

/** How long the server tells a client to wait, in milliseconds; 0: it does not say. */
export const retryAfterOf = ({ details }: Pick<ErrorBody, 'details'>): number => {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === 'number' && retryAfterMs > 0
    ? Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)
    : 0;
};

/** Waits between tries, longer each time, until one succeeds. One wait at a time. */
export class BackOff {
  readonly #runtime: Pick<Runtime, 'after' | 'random'>;
  readonly #bounds: BackOffBounds;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(runtime: Pick<Runtime, 'after' | 'random'>, bounds = RETRY_BOUNDS) {
    this.#runtime = runtime;
    this.#bounds = bounds;
  }

  /**
   * Runs the next try after a wait; a wait that goes on already is called off.
   * `leastMs`: see `retryAfterOf`.
   */
  wait(next: () => void, leastMs = 0): void {
    this.cancel();
    const random = this.#runtime.random();
    const ms = Math.max(
      backOffMs(this.#failures++, this.#bounds, random),
      leastMs + (random * leastMs) / JITTER_SHARE,
    );
    this.#cancel = this.#runtime.after(ms, () => {
      this.#cancel = undefined;
      next();
    });
  }

  /** Calls the wait off; the next one is no shorter for it. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** A try succeeded: the next wait is a short one again. */
  succeeded(): void {
    this.#failures = 0;
  }
}
