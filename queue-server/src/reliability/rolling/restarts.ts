import { setTimeout } from 'node:timers/promises';
import type { Contender } from '../failover/contender.js';
import type { NatsCluster } from '../nats-cluster.js';
import { longestGapOfQueues, type Span } from './longest-gap.js';
import type { Moment, RollingRecord } from './rolling-record.js';

/** Between two restarts, and before the first. */
const CALM_MS = 2_000;
/** For how long a server may take. */
const PATIENCE_MS = 60_000;
const POLL_MS = 10;
/** Of the output of a server, in characters. */
const MAX_SHOWN = 4_000;

/** The longest times without what any queue gives, in milliseconds. */
interface Gaps {
  readonly receiptMs: number;
  readonly deliveryMs: number;
}

/** One restart, in milliseconds from the signal on. */
export interface Restarted {
  readonly what: string;
  /** A queue server: until it has ended. */
  readonly endedMs?: number;
  readonly readyMs: number;
  /** Calls that are not durable, and have no answer. */
  readonly cutCalls: number;
  /** Of clients that are connected to other queue servers; of all where a node of NATS was restarted. */
  readonly others: Gaps;
  /** Of its own clients. */
  readonly own?: Gaps;
}

export interface RestartsDeps {
  readonly servers: readonly Contender[];
  readonly nats: NatsCluster;
  readonly record: RollingRecord;
  readonly onProgress: (line: string) => void;
}

/** Restarts queue servers and nodes of NATS as the documentation says: the next one when the one before is ready. */
export class Restarts {
  readonly #deps: RestartsDeps;

  constructor(deps: RestartsDeps) {
    this.#deps = deps;
  }

  /** Resolves when all servers reach all queues. */
  async allReady(): Promise<void> {
    for (const server of this.#deps.servers) await this.#until(server, () => server.isReady());
  }

  async run(): Promise<readonly Restarted[]> {
    const { servers, nats, onProgress } = this.#deps;
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
    const all: Restarted[] = [];
    const done = (restarted: Restarted): void => {
      all.push(restarted);
      onProgress(JSON.stringify(restarted));
    };
    await setTimeout(CALM_MS);
    for (const number of numbers(servers.length)) done(await this.#restartServer(number));
    for (const number of numbers(nats.size)) done(await this.#restartNode(number));
    return all;
  }

  async #restartServer(number: number): Promise<Restarted> {
    const server = this.#deps.servers[number];
    if (server === undefined) throw new Error(`there is no server ${number}`);
    const { starts } = server;
    const { cutCalls } = this.#deps.record;
    const from = performance.now();
    server.signal('SIGTERM');
    await this.#until(server, () => server.starts > starts);
    const ended = performance.now();
    await this.#until(server, () => server.isReady());
    const ready = performance.now();
    await setTimeout(CALM_MS);
    const span = { from, to: performance.now() };
    return {
      what: `queue server ${number}`,
      endedMs: Math.round(ended - from),
      readyMs: Math.round(ready - from),
      cutCalls: this.#deps.record.cutCalls - cutCalls,
      others: this.#gaps(span, (moment) => moment.server !== number),
      own: this.#gaps(span, (moment) => moment.server === number),
    };
  }

  async #restartNode(number: number): Promise<Restarted> {
    const { nats, record } = this.#deps;
    const { cutCalls } = record;
    const from = performance.now();
    await nats.node(number).end('SIGTERM');
    await nats.restart(number);
    await nats.healthy(number);
    const ready = performance.now();
    await setTimeout(CALM_MS);
    const span = { from, to: performance.now() };
    return {
      what: `node ${number} of NATS`,
      readyMs: Math.round(ready - from),
      cutCalls: record.cutCalls - cutCalls,
      others: this.#gaps(span, () => true),
    };
  }

  #gaps(span: Span, isMeant: (moment: Moment) => boolean): Gaps {
    const { receipts, handlings } = this.#deps.record;
    return {
      receiptMs: longestGapOfQueues(receipts.filter(isMeant), span),
      deliveryMs: longestGapOfQueues(handlings.filter(isMeant), span),
    };
  }

  async #until(server: Contender, isDone: () => boolean | Promise<boolean>): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (!(await isDone())) {
      if (performance.now() > until) {
        throw new Error(`port ${server.port} was not ready in time:\n${server.output.slice(-MAX_SHOWN)}`);
      }
      await setTimeout(POLL_MS);
    }
  }
}
