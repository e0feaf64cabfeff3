import { setTimeout as sleep } from 'node:timers/promises';
import { numberOf, type Product } from '../product.js';
import { Tally } from './tally.js';

/** A group that gets nothing for so long has lost what is missing. */
const PATIENCE_MS = 15_000;

/** What several groups receive of the same messages. */
export class Receiving {
  readonly #tallies: readonly Tally[];
  readonly #clock: () => number;
  readonly times: number[] = [];
  #count = 0;
  #awaited: { readonly count: number; readonly then: () => void } | undefined;

  constructor(groups: number, clock: () => number) {
    this.#tallies = Array.from({ length: groups }, () => new Tally());
    this.#clock = clock;
  }

  /** Deliveries to all groups. */
  get count(): number {
    return this.#count;
  }

  /** What the slowest group has. */
  get complete(): number {
    return Math.min(...this.#tallies.map(({ received }) => received));
  }

  /** Takes the messages of a group. */
  handlerOf(group: number): (message: Product) => void {
    const tally = this.#tallies[group] ?? new Tally();
    if (group > 0) return (message) => this.#take(tally, numberOf(message));
    return (message) => {
      const n = numberOf(message);
      this.times[n] = this.#clock();
      this.#take(tally, n);
    };
  }

  /** Calls `then` at the moment of this delivery. */
  reach(count: number, then: () => void): void {
    if (this.#count >= count) then();
    else this.#awaited = { count, then };
  }

  /** Resolves when every group has them all, or nothing more comes. */
  async until(published: number): Promise<void> {
    let last = -1;
    let since = this.#clock();
    while (this.complete < published) {
      if (this.#count !== last) {
        last = this.#count;
        since = this.#clock();
      } else if (this.#clock() - since > PATIENCE_MS) return;
      await sleep(1);
    }
  }

  /** Of `published` messages, over all groups. */
  verify(published: number): { readonly lost: number; readonly duplicates: number } {
    return {
      lost: this.#tallies.reduce((sum, { received }) => sum + published - received, 0),
      duplicates: this.#tallies.reduce((sum, { duplicates }) => sum + duplicates, 0),
    };
  }

  #take(tally: Tally, n: number): void {
    tally.add(n);
    if (++this.#count === this.#awaited?.count) this.#awaited.then();
  }
}
