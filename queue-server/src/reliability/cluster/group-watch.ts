import { setTimeout } from 'node:timers/promises';
import type { Client } from '../failover/publishing.js';
import { handlingProblems, listed } from '../failover/verdict.js';
import type { Handled, Published } from '../loss-checker.js';
import { KeyExclusion } from './key-exclusion.js';

const CONCURRENCY = 64;
/** How long handlers take, of every so many messages. The longest ones outlast that a member is given up. */
const DURATIONS = [
  { every: 400, ms: 20_000 },
  { every: 90, ms: 1_500 },
  { every: 1, ms: 3 },
] as const;

/** What a handler is told of a message. */
interface Message {
  readonly seq: number;
  readonly headers: { readonly key?: string | undefined };
}

/** A group of a queue with several members, whose handlers take a while, and what they saw. */
export class GroupWatch {
  readonly name: string;
  readonly handled: Handled[] = [];
  /** Messages whose lease was lost while they were handled. */
  leasesLost = 0;
  readonly #seqs = new Set<number>();
  readonly #exclusion = new KeyExclusion();

  constructor(queue: 'database' | 'files', group: string, members: readonly Client[]) {
    this.name = `group ${group} of ${queue}`;
    for (const [holder, client] of members.entries()) {
      client.subscribe(queue, { group, concurrency: CONCURRENCY }, (message, { attempt, signal }) =>
        this.#handle(message, { attempt, holder, signal }),
      );
    }
  }

  /** How many messages were handled, each counted once. */
  get size(): number {
    return this.#seqs.size;
  }

  problems(published: Published): string[] {
    const { collisions } = this.#exclusion;
    return [
      ...handlingProblems(published, this.handled),
      ...listed(
        'handled while an earlier one of the key was, whose lease was not known to be lost',
        collisions.map(({ seqs: [, later] }) => later),
      ),
    ].map((problem) => `${this.name}: ${problem}`);
  }

  async #handle(
    { seq, headers: { key = '' } }: Message,
    { attempt, holder, signal }: { attempt: number; holder: number; signal: AbortSignal },
  ): Promise<void> {
    this.handled.push({ seq, attempt, key, at: performance.now(), holder });
    this.#seqs.add(seq);
    const end = this.#exclusion.begin(key, seq, signal);
    await setTimeout(DURATIONS.find(({ every }) => seq % every === 0)?.ms);
    end();
    if (signal.aborted) this.leasesLost++;
  }
}
