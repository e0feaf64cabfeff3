import { QueueError, type Range } from '@typed-queue/contracts';
import type { LostLease } from '@typed-queue/contracts/wire';

/** An answer names so many ranges at most. */
const MAX_RANGES = 1_000;
/** An answer names so many tokens at most. */
const MAX_TOKENS = 1_000;

/** What a request settled in vain, as far as its answer names it. */
export class LeaseLoss {
  readonly #lost: LostLease[] = [];
  #ranges = 0;
  #truncated = false;

  /** How many more ranges are named. */
  get room(): number {
    return MAX_RANGES - this.#ranges;
  }

  /** Without ranges: nothing is held under the token. */
  add(token: number, ranges: readonly Range[]): void {
    const named = ranges.slice(0, this.room);
    this.#truncated ||= named.length < ranges.length || this.#lost.length >= MAX_TOKENS;
    if (this.#lost.length >= MAX_TOKENS || (named.length === 0 && ranges.length > 0)) return;
    this.#ranges += named.length;
    this.#lost.push({ token, ranges: named });
  }

  /** @throws QueueError `lease_lost` when anything was lost */
  check(): void {
    if (this.#lost.length === 0) return;
    throw new QueueError(
      'lease_lost',
      'The lease had ended before the outcome came; the messages go out again.',
      { details: { lost: this.#lost, ...(this.#truncated && { truncated: true }) } },
    );
  }
}
