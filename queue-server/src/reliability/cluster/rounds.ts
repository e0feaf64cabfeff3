import { setTimeout } from 'node:timers/promises';
import type { Client } from '../failover/publishing.js';
import type { Combination } from './combinations.js';
import type { Failure } from './failure.js';
import type { Field } from './field.js';
import type { LongestPauses, Pauses } from './pauses.js';
import { noReads, readBy } from './reads.js';

const EVERY_MS = 10_000;
/**
 * For how long a failure lasts. A server is missed after 2 s, its lease lasts 1.5 s, a tunnel is silent after 4 s, and a member
 * that vanished is given up after 5 s.
 */
const LASTS_MS = { least: 4_000, most: 16_000 } as const;
const READ_AFTER_MS = 1_500;
/** A nats-server of 2.9 may say for good that a consumer, which is gone by now, is not current. */
const CURRENT_MS = 30_000;
/** For how long not all servers may be ready after a failure. */
const PATIENCE_MS = 60_000;
const POLL_MS = 100;
/** Of the output of a server, in characters. */
const MAX_SHOWN = 4_000;

/** A failure, and what was seen of it. */
export interface Round extends LongestPauses {
  readonly what: string;
  /** How long it lasted. */
  readonly endedMs: number;
  /** From its beginning until all servers reach all queues. */
  readonly readyMs: number;
  /** From its beginning until all nodes say that they are current; undefined: some did not within half a minute. */
  readonly currentMs: number | undefined;
}

export interface RoundsDeps {
  readonly field: Field;
  /** For reads while something has failed, one for each server. */
  readonly readers: readonly Client[];
  readonly pauses: Pauses;
  readonly onProgress: (line: string) => void;
}

/** Every 10 s, or when it has recovered, begins a failure, and ends it after 4 to 16 s. */
export class Rounds {
  readonly rounds: Round[] = [];
  readonly reads = noReads();
  readonly #deps: RoundsDeps;

  constructor(deps: RoundsDeps) {
    this.#deps = deps;
  }

  /** `onFirst`: called after the first failure. Resolves when all servers are ready again. */
  async run({ failures }: Combination, seconds: number, onFirst: () => void): Promise<void> {
    const until = performance.now() + seconds * 1_000;
    for (let number = 0; number === 0 || performance.now() + EVERY_MS < until; number++) {
      const next = setTimeout(EVERY_MS);
      await setTimeout(this.#deps.field.random.below(EVERY_MS / 8));
      await this.#fail(failures[number % failures.length] ?? failures[0]);
      if (number === 0) onFirst();
      await next;
    }
  }

  async #fail(failure: Failure): Promise<void> {
    const { field, readers, pauses, onProgress } = this.#deps;
    pauses.take();
    const began = performance.now();
    const { least, most } = LASTS_MS;
    const lasts = setTimeout(least + field.random.below(most - least));
    const { what, end } = await failure(field);
    await setTimeout(READ_AFTER_MS);
    await readBy(readers, this.reads);
    await lasts;
    await end();
    const endedMs = since(began);
    const [readyMs, currentMs] = await Promise.all([
      allReady(field).then(() => since(began)),
      allCurrent(field).then((areCurrent) => (areCurrent ? since(began) : undefined)),
    ]);
    const round = { what, endedMs, readyMs, currentMs, ...pauses.take() };
    this.rounds.push(round);
    onProgress(shown(round));
  }
}

const since = (began: number): number => Math.round(performance.now() - began);

const shown = ({ what, endedMs, readyMs, currentMs, receiptMs, publisherMs, handlingMs }: Round): string =>
  `  ${what}: ended after ${endedMs} ms, servers ready after ${readyMs}, nodes current after ${currentMs ?? 'more'}; ` +
  `without a receipt ${receiptMs}, one publisher ${publisherMs}, without a handling ${handlingMs}`;

/** Whether all nodes say within half a minute that they are current. */
const allCurrent = async ({ nats }: Field): Promise<boolean> => {
  const until = performance.now() + CURRENT_MS;
  while (!(await nats.isHealthy())) {
    if (performance.now() > until) return false;
    await setTimeout(POLL_MS);
  }
  return true;
};

/** Resolves when all servers reach all queues. */
export const allReady = async ({ servers }: Pick<Field, 'servers'>): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const ready = await Promise.all(servers.map((server) => server.isReady()));
    if (ready.every(Boolean)) return;
    if (performance.now() > until) throw new Error(stuck(servers));
    await setTimeout(POLL_MS);
  }
};

const stuck = (servers: Field['servers']): string => {
  const outputs = servers.map(({ url, output }) => `${url}:\n${output.slice(-MAX_SHOWN)}`);
  return `not all servers were ready within ${PATIENCE_MS / 1_000} s\n${outputs.join('\n')}`;
};
