import type { Serving } from '@typed-queue/queue-client';
import type { Say, ShopClient } from './client.js';

/** Answers `reserve`, and takes back what was reserved for orders that are not paid. */
export class Warehouse {
  readonly #shelves: Map<string, number>;
  readonly #reserved = new Map<string, { readonly sku: string; readonly count: number }>();
  readonly #say: Say;
  /** It opens with the second call. */
  #isOpen = false;

  constructor(shelves: Readonly<Record<string, number>>, say: Say) {
    this.#shelves = new Map(Object.entries(shelves));
    this.#say = say;
  }

  left(sku: string): number {
    return this.#shelves.get(sku) ?? 0;
  }

  /** Resolves when it can be called. */
  async open(queue: ShopClient): Promise<void> {
    const serving = this.#serve(queue);
    const declined = queue.subscribe(
      'orders',
      { group: 'warehouse', events: ['declined'] },
      {
        declined: async ({ payload: { order, reservation } }) => {
          this.#release(reservation);
          await queue.publish(
            'orders',
            'released',
            { order, reservation },
            { dedupeKey: `${order} released` },
          );
        },
      },
    );
    await Promise.all([serving.ready, declined.ready]);
  }

  #serve(queue: ShopClient): Serving {
    return queue.serve('stock', {
      reserve: ({ order, sku, count }, { fail }) => {
        if (!this.#isOpen) {
          this.#isOpen = true;
          throw fail('not_open');
        }
        const left = this.left(sku);
        if (left < count) throw fail('sold_out', { left });
        this.#shelves.set(sku, left - count);
        this.#reserved.set(order, { sku, count });
        this.#say(`reserved ${count} ${sku} for ${order}`);
        return { reservation: order };
      },
    });
  }

  /** A message may come again: then there is nothing to release. */
  #release(reservation: string): void {
    const reserved = this.#reserved.get(reservation);
    if (reserved === undefined) return;
    this.#reserved.delete(reservation);
    this.#shelves.set(reserved.sku, this.left(reserved.sku) + reserved.count);
    this.#say(`released ${reserved.count} ${reserved.sku} of ${reservation}`);
  }
}
