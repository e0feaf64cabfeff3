import { setTimeout as sleep } from 'node:timers/promises';
import type { Publisher } from '../peers/peer.js';
import { product } from '../product.js';
import type { Pace, Published } from './protocol.js';

/** Publishes numbered products, each by the next of the publishers. */
export class Publishing {
  readonly #publishers: readonly Publisher[];
  readonly #clock: () => number;
  readonly #times: number[] = [];
  #published = 0;
  #acknowledged = 0;
  /** Messages that every subscriber has. Infinite: the publisher does not wait for them. */
  #delivered = Infinity;
  #limit = 0;
  #wake = (): void => undefined;

  constructor(publishers: readonly Publisher[], clock: () => number) {
    this.#publishers = publishers;
    this.#clock = clock;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Until `stop`, or `limit` messages; resolves when the last is acknowledged. */
  async run(pace: Pace, limit = Infinity): Promise<Published> {
    this.#limit = limit;
    if (pace.kind === 'window') await this.#fill(pace.size);
    else if (pace.kind === 'awaiting') await this.#await(pace.publishers);
    else await this.#keep(pace.perSecond);
    while (this.#acknowledged < this.#published) await this.#woken();
    return { published: this.#published, times: this.#times };
  }

  stop(): void {
    this.#limit = 0;
    this.#wake();
  }

  /** From the first call on, the window counts from the slowest subscriber. */
  delivered(count: number): void {
    this.#delivered = count;
    this.#wake();
  }

  #isDone(): boolean {
    return this.#published >= this.#limit;
  }

  async #fill(size: number): Promise<void> {
    const outstanding = (): number => this.#published - Math.min(this.#acknowledged, this.#delivered);
    while (!this.#isDone()) {
      this.#publish(() => {
        this.#acknowledged++;
        if (outstanding() <= size / 2) this.#wake();
      });
      if (outstanding() < size) continue;
      while (outstanding() > size / 2 && !this.#isDone()) await this.#woken();
    }
  }

  async #await(publishers: number): Promise<void> {
    const one = async (): Promise<void> => {
      while (!this.#isDone()) await new Promise<void>((resolve) => this.#publish(resolve)).then(this.#count);
    };
    await Promise.all(Array.from({ length: publishers }, one));
  }

  async #keep(perSecond: number): Promise<void> {
    const begin = this.#clock();
    while (!this.#isDone()) {
      const due = Math.floor(((this.#clock() - begin) * perSecond) / 1_000);
      while (this.#published < due && !this.#isDone()) {
        this.#times.push(this.#clock());
        this.#publish(this.#count);
      }
      await sleep(1);
    }
  }

  #publish(acknowledged: () => void): void {
    const n = this.#published++;
    this.#publishers[n % this.#publishers.length]?.publish(product(n), acknowledged);
  }

  readonly #count = (): void => {
    this.#acknowledged++;
    this.#wake();
  };

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
