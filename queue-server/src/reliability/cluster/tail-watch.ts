import type { Client } from '../failover/publishing.js';
import type { Published } from '../loss-checker.js';
import { TailCheck } from './tail-check.js';

/** A tail over the whole run, and what it brought. */
export class TailWatch {
  readonly name: string;
  /** Resolves when the server has begun it. */
  readonly ready: Promise<void>;
  readonly #check = new TailCheck();
  #error: string | undefined;

  /** `now`: nothing was published before. */
  constructor(queue: 'database' | 'files', from: 'start' | 'now', client: Client) {
    this.name = `tail of ${queue} from ${from}`;
    const tail = client.tail(queue, { from });
    this.ready = tail.ready;
    this.#read(tail.items()).catch((error: unknown) => (this.#error = String(error)));
  }

  /** How many messages it has brought. */
  get size(): number {
    return this.#check.size;
  }

  problems(published: Published, mayReset: boolean): string[] {
    const ended = this.#error === undefined ? [] : [`it ended: ${this.#error}`];
    return [...this.#check.problems(published, mayReset), ...ended].map(
      (problem) => `${this.name}: ${problem}`,
    );
  }

  async #read(items: AsyncIterable<Parameters<TailCheck['add']>[0]>): Promise<void> {
    for await (const item of items) this.#check.add(item);
  }
}
