import { backOffMs, QueueError, type BackOffBounds, type ErrorBody } from '@typed-queue/contracts';
import type { Runtime } from './runtime.js';

/** After an error that the server marks as retryable. */
const RETRY_BOUNDS: BackOffBounds = { minDelayMs: 100, maxDelayMs: 5_000 };

/** A back-off whose upper half is random (0 to below 1). */
export const jitteredBackOffMs = (failures: number, bounds: BackOffBounds, random: number): number => {
  const ms = backOffMs(failures, bounds);
  return ms / 2 + (random * ms) / 2;
};

/** Longer timers than about 24 days would fire at once. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** Spreads clients that received the same delay over a tenth of it. */
const JITTER_SHARE = 10;

/** The delay that the server asks for, in milliseconds; 0: none. */
const retryAfterOf = ({ details }: Pick<ErrorBody, 'details'>): number => {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === 'number' && retryAfterMs > 0
    ? Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)
    : 0;
};

/** Schedules tries with exponential back-off, one at a time. */
export class BackOff {
  readonly #runtime: Pick<Runtime, 'after' | 'random'>;
  readonly #bounds: BackOffBounds;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(runtime: Pick<Runtime, 'after' | 'random'>, bounds = RETRY_BOUNDS) {
    this.#runtime = runtime;
    this.#bounds = bounds;
  }

  /** Schedules the next try, no earlier than the error asks for. Replaces a scheduled one. */
  retry(next: () => void, error?: Pick<ErrorBody, 'details'>): void {
    this.cancel();
    const random = this.#runtime.random();
    const retryAfterMs = error === undefined ? 0 : retryAfterOf(error);
    const ms = Math.max(
      jitteredBackOffMs(this.#failures++, this.#bounds, random),
      retryAfterMs + (random * retryAfterMs) / JITTER_SHARE,
    );
    this.#cancel = this.#runtime.after(ms, () => {
      this.#cancel = undefined;
      next();
    });
  }

  /** Cancels the scheduled try; the delay of the next one still grows. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** A try succeeded: the next delay is the shortest. */
  reset(): void {
    this.#failures = 0;
  }
}

/** Codes that need no action: the client waits as long as the server asks. */
const UNREPORTED: readonly string[] = ['rate_limited'];

/** Reports why a retried request is refused: each code once, until the request succeeds. */
export class RefusalReport {
  readonly #onRefused: (error: QueueError) => void;
  readonly #reported = new Set<string>();

  constructor(onRefused: (error: QueueError) => void) {
    this.#onRefused = onRefused;
  }

  refused(body: ErrorBody): void {
    if (UNREPORTED.includes(body.code) || this.#reported.has(body.code)) return;
    this.#reported.add(body.code);
    this.#onRefused(QueueError.fromBody(body));
  }

  reset(): void {
    this.#reported.clear();
  }
}
