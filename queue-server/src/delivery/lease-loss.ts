import { QueueError, type Range } from '@typed-queue/contracts';
import type { LostLease } from '@typed-queue/contracts/wire';

/** Of an answer. */
const MAX_RANGES = 1_000;
const MAX_TOKENS = 1_000;

/** What a request settled without holding it, as far as its answer lists it. */
export class LeaseLoss {
  readonly #lost: LostLease[] = [];
  #ranges = 0;
  #truncated = false;

  /** How many more ranges fit into the answer. */
  get rangesLeft(): number {
    return MAX_RANGES - this.#ranges;
  }

  /** Without ranges: the member holds nothing under the token. */
  add(token: number, ranges: readonly Range[]): void {
    const named = ranges.slice(0, this.rangesLeft);
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
      'The lease had ended before the outcome came; the messages are delivered again.',
      { details: { lost: this.#lost, ...(this.#truncated && { truncated: true }) } },
    );
  }
}
