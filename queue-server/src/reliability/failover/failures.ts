import { setTimeout } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.js';
import type { Balancer } from './balancer.js';
import type { Contender } from './contender.js';
import type { FailingStore } from './failing-store.js';

const EVERY_MS = 10_000;
/** Longer than the lease, so that the other server takes over meanwhile. */
const FROZEN_MS = 10_000;
/** Rounds. */
const STORE_FAILS_EVERY = 3;
/** How long no server may be ready after a failure. */
const PATIENCE_MS = 60_000;
const POLL_MS = 20;
/** Of the output of a server, in characters. */
const MAX_SHOWN = 4_000;

/** What is done to servers and their store, and how often; times in milliseconds, until another server was ready. */
export interface FailureCounts {
  readonly kills: number;
  readonly freezes: number;
  readonly stops: number;
  readonly storeFailures: number;
  readonly takeoverMs: Readonly<Record<'kill' | 'freeze' | 'stop', readonly number[]>>;
}

export interface FailureDeps {
  readonly store: FailingStore;
  readonly servers: readonly Contender[];
  readonly balancer: Balancer;
  readonly random: SeededRandom;
  readonly onProgress: (line: string) => void;
}

type Failure = 'kill' | 'freeze' | 'stop';

const SIGNALS = { kill: 'SIGKILL', freeze: 'SIGSTOP', stop: 'SIGTERM' } as const;

/** In turn; a short run has only the first ones. */
const ORDER: readonly Failure[] = ['freeze', 'kill', 'stop', 'kill'];

/** Every 10 s sends the active server SIGKILL, SIGSTOP or SIGTERM, or lets the store fail: in every third round. */
export class Failures {
  readonly #deps: FailureDeps;
  readonly #takeoverMs: Record<Failure, number[]> = { kill: [], freeze: [], stop: [] };
  readonly #thawing: Promise<void>[] = [];
  #failures = 0;
  #storeFailures = 0;

  constructor(deps: FailureDeps) {
    this.#deps = deps;
  }

  get counts(): FailureCounts {
    const { kill, freeze, stop } = this.#takeoverMs;
    const times = { kills: kill.length, freezes: freeze.length, stops: stop.length };
    return { ...times, storeFailures: this.#storeFailures, takeoverMs: this.#takeoverMs };
  }

  /** Injects failures for this time. Resolves when every server that got SIGSTOP got SIGCONT, too. */
  async run(seconds: number): Promise<void> {
    const rounds = Math.max(1, Math.floor((seconds * 1_000) / EVERY_MS));
    for (let round = 0; round < rounds; round++) {
      const next = setTimeout(EVERY_MS);
      await setTimeout(this.#deps.random.below(EVERY_MS / 4));
      if (round % STORE_FAILS_EVERY === 1) await this.#failStore();
      else await this.#fail(ORDER[this.#failures++ % ORDER.length] ?? 'kill');
      await next;
    }
    await Promise.all(this.#thawing);
  }

  async #failStore(): Promise<void> {
    const { store, random, onProgress } = this.#deps;
    onProgress(await store.fail(random));
    this.#storeFailures++;
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
