import type { TailItem } from '@typed-queue/queue-client';
import { listed } from '../failover/verdict.js';
import type { Published } from '../loss-checker.js';

/** Checks that a tail brings each message once and in order, all of them again after a reset, and says what it does not bring. */
export class TailCheck {
  /** Of messages. */
  #seqs = new Set<number>();
  readonly #misplaced: number[] = [];
  /** Nothing was removed, so that nothing may be missing. */
  readonly #others: string[] = [];
  readonly #resets: string[] = [];
  #latest = 0;

  get size(): number {
    return this.#seqs.size;
  }

  add(item: TailItem): void {
    if (item.kind === 'live') return;
    if (item.kind !== 'message') {
      this.#interrupted(item);
      return;
    }
    const { seq } = item.message;
    if (seq <= this.#latest) this.#misplaced.push(seq);
    this.#latest = Math.max(this.#latest, seq);
    this.#seqs.add(seq);
  }

  /** `published`: what it must have brought, from its beginning on. `mayReset`: queues may have got new epochs. */
  problems(published: Published, mayReset: boolean): string[] {
    return [
      ...listed('repeated, or in another order', this.#misplaced),
      ...listed(
        'published, and not in it',
        [...published.keys()].filter((seq) => !this.#seqs.has(seq)),
      ),
      ...listed(
        'in it, and not published',
        [...this.#seqs].filter((seq) => !published.has(seq)),
      ),
      ...[...this.#others, ...(mayReset ? [] : this.#resets)].map((item) => `it brought ${item}`),
    ];
  }

  #interrupted(item: Exclude<TailItem, { readonly kind: 'message' | 'live' }>): void {
    const isReset = item.kind === 'gap' && item.gap.reason === 'reset';
    (isReset ? this.#resets : this.#others).push(JSON.stringify(item));
    if (!isReset) return;
    this.#seqs = new Set();
    this.#latest = 0;
  }
}
