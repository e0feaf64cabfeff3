import { setTimeout } from 'node:timers/promises';
import { Publishing, type Client, type Publish } from '../failover/publishing.js';
import { publishingProblems } from '../failover/verdict.js';
import { GroupWatch } from './group-watch.js';
import type { Progress } from './pauses.js';
import { TailWatch } from './tail-watch.js';

/** For how long what is left may take after the last failure. */
const PATIENCE_MS = 120_000;
const POLL_MS = 20;
/** Of a store with three replicas. */
const DURABILITY = 'replicated';

export interface QueueLoadOptions {
  readonly queue: 'database' | 'files';
  readonly groups: readonly string[];
  readonly perSecond: number;
  readonly publish: Publish;
  /** Makes a client of each server. */
  readonly clients: () => readonly Client[];
}

/** What was seen. */
export interface LoadCounts {
  readonly published: number;
  readonly handled: number;
  /** More than once. */
  readonly handledAgain: number;
  /** While they were handled. */
  readonly leasesLost: number;
  /** While an earlier message of the key was handled, whose holder did not know that its lease was lost. */
  readonly heldTwice: number;
  readonly tailed: number;
}

/** Publishers, groups and tails of one queue; each server has a client of each kind. */
export class QueueLoad {
  readonly #options: QueueLoadOptions;
  readonly #publishing: Publishing;
  readonly #groups: readonly GroupWatch[];
  readonly #tails: TailWatch[];

  private constructor(options: QueueLoadOptions, tail: TailWatch) {
    const { queue, groups, perSecond, publish, clients } = options;
    this.#options = options;
    this.#groups = groups.map((group) => new GroupWatch(queue, group, clients()));
    this.#tails = [tail];
    this.#publishing = new Publishing(clients(), perSecond, publish);
  }

  /** Tails before anything is published. */
  static async start(options: QueueLoadOptions): Promise<QueueLoad> {
    const tail = new TailWatch(options.queue, 'now', firstOf(options.clients()));
    await tail.ready;
    return new QueueLoad(options, tail);
  }

  /** Of each publisher, and of each group how many messages it has handled. */
  get progress(): Progress {
    return { receipts: this.#publishing.receipts, handlings: this.#groups.map(({ size }) => size) };
  }

  get counts(): LoadCounts {
    const sum = (count: (group: GroupWatch) => number): number =>
      this.#groups.reduce((total, group) => total + count(group), 0);
    return {
      published: this.#publishing.published.size,
      handled: sum(({ handled }) => handled.length),
      handledAgain: sum(({ handled, size }) => handled.length - size),
      leasesLost: sum(({ leasesLost }) => leasesLost),
      heldTwice: sum(({ heldTwice }) => heldTwice.length),
      tailed: this.#tails.reduce((total, { size }) => total + size, 0),
    };
  }

  /** Begins tails from the beginning of the log, one at each server. */
  tailAll(): void {
    const { queue, clients } = this.#options;
    this.#tails.push(...clients().map((client) => new TailWatch(queue, 'start', client)));
  }

  /** Resolves when everything that was sent has a receipt, was handled and tailed, or after two minutes. */
  async stop(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    await Promise.race([this.#publishing.stop(), setTimeout(PATIENCE_MS, undefined, { ref: false })]);
    const count = this.#publishing.published.size;
    const all = [...this.#groups, ...this.#tails];
    while (all.some(({ size }) => size < count) && performance.now() < until) await setTimeout(POLL_MS);
  }

  /** What must not happen and did. `mayReset`: queues may have got new epochs. */
  problems(mayReset: boolean): string[] {
    const { published } = this.#publishing;
    return [
      ...publishingProblems(this.#publishing, DURABILITY).map(
        (problem) => `${this.#options.queue}: ${problem}`,
      ),
      ...this.#groups.flatMap((group) => group.problems(published)),
      ...this.#tails.flatMap((tail) => tail.problems(published, mayReset)),
    ];
  }
}

const firstOf = ([first]: readonly Client[]): Client => {
  if (first === undefined) throw new Error('there are no clients');
  return first;
};
