import type { TailItem } from '@typed-queue/queue-client';
import { listed } from '../failover/verdict.js';
import type { Published } from '../loss-checker.js';

/** Checks that a tail brings each message once and in order, and says what it does not bring. */
export class TailCheck {
  /** Of messages. */
  readonly #seqs = new Set<number>();
  readonly #misplaced: number[] = [];
  /** Nothing was removed, so that nothing may be missing. */
  readonly #others: string[] = [];
  #latest = 0;

  get size(): number {
    return this.#seqs.size;
  }

  add(item: TailItem): void {
    if (item.kind === 'live') return;
    if (item.kind !== 'message') return void this.#others.push(JSON.stringify(item));
    const { seq } = item.message;
    if (seq <= this.#latest) this.#misplaced.push(seq);
    this.#latest = Math.max(this.#latest, seq);
    this.#seqs.add(seq);
  }

  /** `published`: what it must have brought, from its beginning on. */
  problems(published: Published): string[] {
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
      ...this.#others.map((item) => `it brought ${item}`),
    ];
  }
}
