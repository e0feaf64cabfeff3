import { QueueError, type Range } from '@typed-queue/contracts';
import type { LostLease } from '@typed-queue/contracts/wire';

/** Of an answer. */
const MAX_RANGES = 1_000;
const MAX_TOKENS = 1_000;

/** Messages that a request settled but its member no longer leases, as far as its answer lists them. */
export class RefusedSettlements {
  readonly #refused: LostLease[] = [];
  #ranges = 0;
  #truncated = false;

  /** How many more ranges fit into the answer. */
  get rangesLeft(): number {
    return MAX_RANGES - this.#ranges;
  }

  /** Without ranges: the member holds nothing under the token. */
  add(token: number, ranges: readonly Range[]): void {
    const named = ranges.slice(0, this.rangesLeft);
    this.#truncated ||= named.length < ranges.length || this.#refused.length >= MAX_TOKENS;
    if (this.#refused.length >= MAX_TOKENS || (named.length === 0 && ranges.length > 0)) return;
    this.#ranges += named.length;
    this.#refused.push({ token, ranges: named });
  }

  /** @throws QueueError `lease_lost` when anything was lost */
  check(): void {
    if (this.#refused.length === 0) return;
    throw new QueueError(
      'lease_lost',
      'The lease had ended before the outcome came; the messages are delivered again.',
      { details: { lost: this.#refused, ...(this.#truncated && { truncated: true }) } },
    );
  }
}
