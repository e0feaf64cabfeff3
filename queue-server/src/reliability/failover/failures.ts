import { setTimeout } from 'node:timers/promises';
import type { RedisProcess } from '../redis-process.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Balancer } from './balancer.js';
import type { Contender } from './contender.js';

const EVERY_MS = 10_000;
/** Longer than the lease, so that the other server takes over meanwhile. */
const FROZEN_MS = 10_000;
const REDIS_DOWN_MS = 1_000;
/** How long no server may be ready after a failure. */
const PATIENCE_MS = 60_000;
const POLL_MS = 20;
/** Of the output of a server, in characters. */
const MAX_SHOWN = 4_000;

/** What is done to servers and Redis, and how often; times in milliseconds, until another server was ready. */
export interface FailureCounts {
  readonly kills: number;
  readonly freezes: number;
  readonly stops: number;
  readonly redisKills: number;
  readonly takeoverMs: Readonly<Record<'kill' | 'freeze' | 'stop', readonly number[]>>;
}

export interface FailureDeps {
  readonly redis: RedisProcess;
  readonly servers: readonly Contender[];
  readonly balancer: Balancer;
  readonly random: SeededRandom;
  readonly onProgress: (line: string) => void;
}

type Failure = 'kill' | 'freeze' | 'stop';

const SIGNALS = { kill: 'SIGKILL', freeze: 'SIGSTOP', stop: 'SIGTERM' } as const;

/** In turn; a short run has only the first ones. */
const ORDER: readonly Failure[] = ['freeze', 'kill', 'stop', 'kill'];

/** Every 10 s sends the active server SIGKILL, SIGSTOP or SIGTERM, or kills Redis, which happens twice. */
export class Failures {
  readonly #deps: FailureDeps;
  readonly #takeoverMs: Record<Failure, number[]> = { kill: [], freeze: [], stop: [] };
  readonly #thawing: Promise<void>[] = [];
  #failures = 0;
  #redisKills = 0;

  constructor(deps: FailureDeps) {
    this.#deps = deps;
  }

  get counts(): FailureCounts {
    const { kill, freeze, stop } = this.#takeoverMs;
    const times = { kills: kill.length, freezes: freeze.length, stops: stop.length };
    return { ...times, redisKills: this.#redisKills, takeoverMs: this.#takeoverMs };
  }

  /** Injects failures for this time. Resolves when every server that got SIGSTOP got SIGCONT, too. */
  async run(seconds: number): Promise<void> {
    const rounds = Math.max(1, Math.floor((seconds * 1_000) / EVERY_MS));
    const redisRounds = new Set([Math.floor(rounds / 3), Math.floor((2 * rounds) / 3)]);
    for (let round = 0; round < rounds; round++) {
      const next = setTimeout(EVERY_MS);
      await setTimeout(this.#deps.random.below(EVERY_MS / 4));
      if (redisRounds.has(round)) await this.#killRedis();
      else await this.#fail(ORDER[this.#failures++ % ORDER.length] ?? 'kill');
      await next;
    }
    await Promise.all(this.#thawing);
  }

  async #killRedis(): Promise<void> {
    const { redis, onProgress } = this.#deps;
    await redis.kill();
    await setTimeout(REDIS_DOWN_MS);
    await redis.restart();
    this.#redisKills++;
    onProgress('Redis killed, and started again');
  }

  async #fail(failure: Failure): Promise<void> {
    const { onProgress } = this.#deps;
    const active = await this.#ready(() => true);
    const { starts } = active;
    const began = performance.now();
    active.signal(SIGNALS[failure]);
    if (failure === 'freeze') this.#thawing.push(setTimeout(FROZEN_MS).then(() => active.signal('SIGCONT')));
    // It may also be itself, started again.
    const next = await this.#ready((each) => each !== active || each.starts > starts);
    const took = Math.round(performance.now() - began);
    this.#takeoverMs[failure].push(took);
    onProgress(`${failure}: port ${active.port}; port ${next.port} took over after ${took} ms`);
  }

  #stuck(): string {
    const outputs = this.#deps.servers.map(
      ({ port, output }) => `port ${port}:\n${output.slice(-MAX_SHOWN)}`,
    );
    return `no server took over within ${PATIENCE_MS / 1_000} s\n${outputs.join('\n')}`;
  }

  /** The server that takes messages, once it is one of those that count. */
  async #ready(counts: (contender: Contender) => boolean): Promise<Contender> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const { ready } = this.#deps.balancer;
      if (ready !== undefined && counts(ready)) return ready;
      if (performance.now() > until) throw new Error(this.#stuck());
      await setTimeout(POLL_MS);
    }
  }
}
