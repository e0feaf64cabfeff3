import { setTimeout } from 'node:timers/promises';
import type { Client } from '../failover/publishing.js';
import { handlingProblems, listed } from '../failover/verdict.js';
import { overtaking, type Handled, type Published } from '../loss-checker.js';
import { KeyExclusion } from './key-exclusion.js';

const CONCURRENCY = 64;
/** Of messages in the wrong order, and of others of their key on each side. */
const MAX_SHOWN = 2;
const NEIGHBOURS = 8;
/**
 * Handler durations: of each `every` messages, one takes `ms`. The intervals are prime, so that slow messages have
 * different keys. The longest handler runs for longer than the grace period of a lost connection.
 */
const DURATIONS = [
  { every: 397, ms: 20_000 },
  { every: 89, ms: 1_500 },
  { every: 1, ms: 3 },
] as const;

/** What a handler gets of a message. */
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

  /** Messages that were handled while an earlier one of their key was, and its holder did not know that its lease was lost. */
  get heldTwice(): readonly number[] {
    return this.#exclusion.collisions.map(({ seqs: [, later] }) => later);
  }

  problems(published: Published): string[] {
    const early = overtaking(this.handled);
    return [
      ...handlingProblems(published, this.handled, early),
      ...listed(
        'handled while an earlier one of the key was, whose lease was not known to be lost',
        this.heldTwice,
      ),
      ...early.slice(0, MAX_SHOWN).map((each) => this.#shown(each)),
    ].map((problem) => `${this.name}: ${problem}`);
  }

  /** A handling and those of its key before and after it. */
  #shown({ key, seq, at }: Handled): string {
    const all = this.handled.filter((each) => each.key === key).sort((one, other) => one.at - other.at);
    const place = all.findIndex((each) => each.seq === seq && each.at === at);
    const shown = all.slice(Math.max(0, place - NEIGHBOURS), place + NEIGHBOURS);
    return `of ${key}: ${shown.map((each) => `${each.seq} at ${Math.round(each.at)} by ${each.holder} attempt ${each.attempt}`).join(', ')}`;
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
