import {
  QueueError,
  type Contract,
  type DeadLetter,
  type Message,
  type QueueName,
} from '@typed-queue/contracts';
import type { connect, ConnectOptions, LettersOf, QueueClient } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueServerOptions } from '../server-options.js';
import { checkClientOptions, checkQueueOptions } from './kit-options.js';
import type { CrashPoint } from './observed-engine.js';
import { QueueRecord } from './queue-record.js';
import { isDown, ServerLife } from './server-life.js';
import { Turns } from './turns.js';
import { VirtualClock, type TestClock } from './virtual-clock.js';

type Letter<C extends Contract, Q extends QueueName<C>> = DeadLetter<Q, LettersOf<C, Q>['failure']>;

export interface TestQueueOptions extends Omit<
  QueueServerOptions,
  'contract' | 'storage' | 'dataDir' | 'clock' | 'measuringClock'
> {
  /**
   * `memory`: nothing survives a crash or a restart. `disk`: a temporary folder, which goes with `close`.
   * Default: `memory`.
   */
  readonly storage?: 'memory' | 'disk' | undefined;
  /** When the clock begins, in milliseconds since 1970. Default: now. */
  readonly startAt?: number | undefined;
  /** For `client`, and for those that `connect` makes. */
  readonly client?: Omit<ConnectOptions, 'url'> | undefined;
}

interface TestQueueParts<C extends Contract> {
  readonly contract: C;
  readonly options: TestQueueOptions;
  readonly connect: typeof connect;
  /** Undefined: in memory. */
  readonly dataDir: string | undefined;
}

/** After a crash, a client is connected again as soon as there is a server. */
const RECONNECT = { minDelayMs: 5, maxDelayMs: 20 };

/** A real server in this process, with clients, and a clock that the test moves. Made by `startTestQueue`. */
export class TestQueue<C extends Contract> implements AsyncDisposable {
  readonly contract: C;
  /** Time of the server: leases, retries, retention, expiry. Clients and sockets have the time of the machine. */
  readonly clock: TestClock;
  readonly #clock: VirtualClock;
  readonly #parts: TestQueueParts<C>;
  readonly #clients: QueueClient<C>[] = [];
  readonly #record = new QueueRecord();
  /** Restarts and the end. */
  readonly #turns = new Turns();
  #life: ServerLife;
  #url = '';
  #isClosed = false;

  private constructor(parts: TestQueueParts<C>) {
    this.contract = parts.contract;
    this.#parts = parts;
    this.#clock = new VirtualClock(parts.options.startAt ?? Date.now(), {
      rest: () => this.#rest(),
      runTimer: (run) => this.#life.runTimer(run, this.#clients),
    });
    this.clock = {
      now: () => {
        this.#checkOpen('now');
        return this.#clock.now();
      },
      advance: (duration) => this.#whileOpen('advance', () => this.#clock.advance(duration)),
    };
    this.#life = this.#newLife();
  }

  static async start<C extends Contract>(parts: TestQueueParts<C>): Promise<TestQueue<C>> {
    const queue = new TestQueue(parts);
    try {
      await queue.#start();
    } catch (error) {
      await queue.close();
      throw error;
    }
    return queue;
  }

  /** Where the server is: the same after a restart. */
  get url(): string {
    return this.#url;
  }

  /** Its temporary folder; undefined: it keeps its queues in memory. */
  get dataDir(): string | undefined {
    return this.#parts.dataDir;
  }

  /** The first client, connected when it is needed first. */
  get client(): QueueClient<C> {
    return this.#clients[0] ?? this.connect();
  }

  /** One more client; `close` closes it, too. */
  connect(options: Omit<ConnectOptions, 'url'> = {}): QueueClient<C> {
    this.#checkOpen('connect');
    checkClientOptions(options);
    const { connect, contract, options: own } = this.#parts;
    const client = connect(contract, { reconnect: RECONNECT, ...own.client, ...options, url: this.#url });
    // Crashes are on purpose: nothing to be logged.
    client.on('connection:failed', () => undefined);
    this.#clients.push(client);
    return client;
  }

  /**
   * Resolves when all that was published has been delivered, every handler has returned, and its outcome is stored.
   * What waits for its next attempt waits on: see `clock`. Never resolves while a handler never returns.
   * @throws QueueError `closed`; `request_invalid` when the server is down since a crash
   */
  async idle(): Promise<void> {
    await this.#whileOpen('idle', async () => {
      do await this.#rest();
      while (!this.#life.isIdle);
    });
    if (!this.#life.isUp) throw isDown('idle');
  }

  /**
   * Ends the server as `kill -9` does: connections break, and what is not written is lost. Without a point at once;
   * else when the next messages are appended, or the next outcome of a handler is settled: before they are written, or
   * after they are durable. In both cases nobody gets an answer. Resolves when the server is gone.
   * @throws QueueError `closed` when the server ends before it reaches the point; `request_invalid` for an unknown point,
   * and for one of a server that is down already
   */
  async crash(point?: CrashPoint): Promise<void> {
    this.#checkOpen('crash');
    const life = await this.#turns.take(async () => this.#life);
    await life.crash(point);
  }

  /**
   * Starts the server again, on the same address and data; one that runs is closed first.
   * @throws QueueError `closed`
   */
  async restart(): Promise<void> {
    this.#checkOpen('restart');
    await this.#turns.take(async () => {
      await this.#life.close();
      this.#clock.stopTimers();
      this.#life = this.#newLife();
      await this.#start();
    });
  }

  /**
   * All messages that were stored in a queue, in order, also those that were removed since.
   * @throws QueueError `queue_unknown`
   */
  published<Q extends QueueName<C>>(queue: Q): readonly Message<C, Q>[] {
    // Safe: the server has checked them against this contract.
    return this.#record.messages(this.#known(queue)) as readonly Message<C, Q>[];
  }

  /**
   * The messages that a group has acknowledged: a handler returned, and that is stored.
   * @throws QueueError `queue_unknown`; `group_unknown` for a group that the queue has never had
   */
  settled<Q extends QueueName<C>>(queue: Q, group: string): readonly Message<C, Q>[] {
    // Safe: as above.
    return this.#record.acked(this.#known(queue), group) as readonly Message<C, Q>[];
  }

  /**
   * All dead letters that a group has had, the oldest first, also those that were redriven or discarded since.
   * @throws QueueError as `settled`
   */
  deadLettered<Q extends QueueName<C>>(queue: Q, group: string): readonly Letter<C, Q>[] {
    // Safe: a dead letter of this queue, with a failure that this contract declares: the server keeps no other.
    return this.#record.letters(this.#known(queue), group) as readonly Letter<C, Q>[];
  }

  /** Closes clients and server. Waits for no handler: what still runs is abandoned. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.take(async () => {
      await Promise.all(this.#clients.map((client) => client.close({ timeoutMs: 0 })));
      await this.#life.close();
      this.#clock.stopTimers();
      if (this.#parts.dataDir !== undefined) await rm(this.#parts.dataDir, { recursive: true, force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #checkOpen(call: string): void {
    if (this.#isClosed) throw new QueueError('closed', `"${call}" comes too late: the test queue is closed.`);
  }

  /** What has not come to its end when the queue is closed fails. */
  async #whileOpen(call: string, operation: () => Promise<void>): Promise<void> {
    this.#checkOpen(call);
    await operation();
    this.#checkOpen(call);
  }

  #known(queue: string): string {
    if (Object.hasOwn(this.contract, queue)) return queue;
    const queues = Object.keys(this.contract);
    const text = `The contract of the test queue has no queue "${queue}"; it has ${queues.join(', ')}.`;
    throw new QueueError('queue_unknown', text, { details: { queue, queues } });
  }

  async #start(): Promise<void> {
    const { contract, options, dataDir } = this.#parts;
    const port = this.#url === '' ? options.port : Number(new URL(this.#url).port);
    this.#url = await this.#life.start({
      ...options,
      ...(dataDir === undefined ? { storage: 'memory' } : { storage: 'disk', dataDir }),
      contract,
      port,
      clock: this.#clock,
      // Retries are not spread: they are due after exactly the time that is configured.
      engine: { random: () => 0, ...options.engine },
    });
  }

  #newLife(): ServerLife {
    return new ServerLife({
      queues: Object.keys(this.contract),
      record: this.#record,
      onKilled: () => this.#clock.stopTimers(),
    });
  }

  async #rest(): Promise<void> {
    if (this.#life.isUp) await this.#life.rest(this.#clients);
  }
}

/**
 * Starts a real server for a contract in this process, on a free port of loopback; its clock advances only when the test
 * advances it. Needs `@typed-queue/queue-client`. In tests of your own:
 *
 *     const queue = await startTestQueue(contract);
 *     queue.client.subscribe('orders', { group: 'mails' }, sendMail);
 *     await queue.client.publish('orders', 'placed', { id: 'o-1' });
 *     await queue.idle();
 *     expect(queue).toHaveSettled('orders', 'mails', { id: 'o-1' });
 *     await queue.close();
 *
 * @throws QueueError `request_invalid` for options that are unknown or wrong; as `startQueueServer`
 */
export const startTestQueue = async <C extends Contract>(
  contract: C,
  options: TestQueueOptions = {},
): Promise<TestQueue<C>> => {
  checkQueueOptions(contract, options);
  const { connect } = await import('@typed-queue/queue-client');
  const dataDir = options.storage === 'disk' ? await mkdtemp(join(tmpdir(), 'typed-queue-')) : undefined;
  return TestQueue.start({ contract, options, connect, dataDir });
};
