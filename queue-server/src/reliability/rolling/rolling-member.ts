import { setTimeout } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.js';
import { QUEUES } from './rolling-contract.js';
import type { Placed } from './rolling-publisher.js';
import type { RollingRecord } from './rolling-record.js';

const CONCURRENCY = 32;

/** How long handlers of a group take. */
interface Pace {
  readonly minMs: number;
  readonly maxMs: number;
  /** Of each `longEvery` messages, the handler of one runs for `longMs`. */
  readonly longEvery: number;
  readonly longMs: number;
}

export const GROUPS: Readonly<Record<string, Pace>> = {
  quick: { minMs: 1, maxMs: 20, longEvery: 500, longMs: 500 },
  slow: { minMs: 5, maxMs: 200, longEvery: 300, longMs: 2_000 },
};

/** A member of each group of each queue, whose handlers never fail. */
export const joinAll = ({ client, server }: Placed, record: RollingRecord, random: SeededRandom): void => {
  for (const queue of QUEUES) {
    for (const [group, pace] of Object.entries(GROUPS)) {
      client.subscribe(queue, { group, concurrency: CONCURRENCY }, async (message, { attempt, signal }) => {
        const { seq, payload, headers } = message;
        const of = { queue, group, server, seq, key: headers.key ?? '', number: payload.number };
        const handling = { ...of, attempt, at: performance.now(), isCut: false };
        record.handlings.push(handling);
        await setTimeout(durationOf(pace, random));
        handling.isCut = signal.aborted;
      });
    }
  }
};

const durationOf = ({ minMs, maxMs, longEvery, longMs }: Pace, random: SeededRandom): number =>
  random.below(longEvery) === 0 ? longMs : minMs + random.below(maxMs - minMs);
