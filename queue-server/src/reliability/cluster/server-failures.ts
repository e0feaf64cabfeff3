import { setTimeout } from 'node:timers/promises';
import type { Contender } from '../failover/contender.js';
import type { FailingStore } from '../failover/failing-store.js';
import type { SeededRandom } from '../seeded-random.js';

const EVERY_MS = 10_000;
/** Longer than a lease. */
const FROZEN_MS = 6_000;
/** Rounds. */
const STORE_FAILS_EVERY = 3;
/** For how long not all servers may be ready after a failure. */
const PATIENCE_MS = 60_000;
const POLL_MS = 100;
/** Of the output of a server, in characters. */
const MAX_SHOWN = 4_000;

type Failure = 'kill' | 'freeze' | 'stop';

const ORDER: readonly Failure[] = ['kill', 'freeze', 'stop'];
const SIGNALS = { kill: 'SIGKILL', freeze: 'SIGSTOP', stop: 'SIGTERM' } as const;

export interface ServerFailureDeps {
  readonly store: FailingStore;
  readonly servers: readonly Contender[];
  readonly random: SeededRandom;
  readonly onProgress: (line: string) => void;
}

/** Every 10 s sends a server SIGKILL, SIGSTOP or SIGTERM, or lets the store fail: in every third round. */
export class ServerFailures {
  readonly #deps: ServerFailureDeps;
  readonly counts = { kill: 0, freeze: 0, stop: 0, store: 0 };
  #failures = 0;

  constructor(deps: ServerFailureDeps) {
    this.#deps = deps;
  }

  /** Injects failures for this time. Resolves when all servers are ready. */
  async run(seconds: number): Promise<void> {
    const rounds = Math.max(1, Math.floor((seconds * 1_000) / EVERY_MS));
    for (let round = 0; round < rounds; round++) {
      const next = setTimeout(EVERY_MS);
      await setTimeout(this.#deps.random.below(EVERY_MS / 4));
      await (round % STORE_FAILS_EVERY === 1 ? this.#failStore() : this.#failServer());
      await next;
    }
  }

  /** Resolves when all servers reach all queues. */
  async allReady(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const ready = await Promise.all(this.#deps.servers.map((server) => server.isReady()));
      if (ready.every(Boolean)) return;
      if (performance.now() > until) throw new Error(this.#stuck());
      await setTimeout(POLL_MS);
    }
  }

  async #failStore(): Promise<void> {
    const { store, random, onProgress } = this.#deps;
    onProgress(await store.fail(random));
    this.counts.store++;
    await this.allReady();
  }

  async #failServer(): Promise<void> {
    const { servers, random, onProgress } = this.#deps;
    const failure = ORDER[this.#failures++ % ORDER.length] ?? 'kill';
    const server = servers[random.below(servers.length)];
    if (server === undefined) return;
    const began = performance.now();
    server.signal(SIGNALS[failure]);
    this.counts[failure]++;
    if (failure === 'freeze') {
      await setTimeout(FROZEN_MS);
      server.signal('SIGCONT');
    }
    // Until it says that it is not ready any more.
    await setTimeout(POLL_MS);
    await this.allReady();
    onProgress(
      `${failure}: port ${server.port}; all are ready after ${Math.round(performance.now() - began)} ms`,
    );
  }

  #stuck(): string {
    const outputs = this.#deps.servers.map(
      ({ port, output }) => `port ${port}:\n${output.slice(-MAX_SHOWN)}`,
    );
    return `not all servers were ready within ${PATIENCE_MS / 1_000} s\n${outputs.join('\n')}`;
  }
}
