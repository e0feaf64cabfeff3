import type { Product } from '../product.js';
import type { Publisher } from './peer.js';

/** Publishes what comes within one tick at once, at most `size` messages: bulk calls of peers that have them. */
export class TickBatch implements Publisher {
  readonly #size: number;
  readonly #send: (products: readonly Product[]) => Promise<void>;
  #products: Product[] = [];
  #waiting: (() => void)[] = [];

  /** @param send resolves when the broker has acknowledged them */
  constructor(size: number, send: (products: readonly Product[]) => Promise<void>) {
    this.#size = size;
    this.#send = send;
  }

  publish(product: Product, acknowledged: () => void): void {
    if (this.#products.length === 0) queueMicrotask(() => this.#flush());
    this.#products.push(product);
    this.#waiting.push(acknowledged);
    if (this.#products.length >= this.#size) this.#flush();
  }

  #flush(): void {
    if (this.#products.length === 0) return;
    const waiting = this.#waiting;
    void this.#send(this.#products).then(() => {
      for (const acknowledged of waiting) acknowledged();
    });
    this.#products = [];
    this.#waiting = [];
  }
}
