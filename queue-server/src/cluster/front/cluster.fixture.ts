import { contract as systemContract, QueueError, type Contract } from '@typed-queue/contracts';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ServingOptions } from '../../server-options.js';
import { budgetOf } from '../../access/budget.js';
import { DirectWebSocket } from '../../transport/direct-web-socket.js';
import { startUnit, type Unit } from '../../unit.js';
import { startFront, type Front } from './open-front.js';
import { memoryTunnel } from '../tunnel/memory-tunnel.js';

const IS_TUNNELED = process.env.TEST_FRONT === 'tunnel';

const OF_FRONT = ['host', 'port', 'origins', 'allowedHosts', 'auth', 'trustedProxies', 'dashboard', 'tls'];

interface TestStorage {
  /** Each unit has a folder in it. Undefined: in memory. */
  readonly dataDir?: string | undefined;
  /** Links carry bytes, as those to another server do. */
  readonly isTunneled?: boolean;
}

/** A front with a unit of each queue, in memory. */
export class TestCluster {
  readonly #contract: Contract;
  readonly #options: ServingOptions;
  readonly #storage: TestStorage;
  readonly #units = new Map<string, Unit>();
  /** Streams that were opened, by the ends of the front. */
  readonly streams: { readonly queue: string; readonly stream: Duplex }[] = [];
  readonly #frozen = new Set<string>();
  #front: Front | undefined;

  private constructor(options: ServingOptions, storage: TestStorage) {
    this.#storage = storage;
    this.#contract = options.contract ?? systemContract;
    this.#options = { ...options, budget: budgetOf(options) };
  }

  static async start(options: ServingOptions = {}, storage: TestStorage = {}): Promise<TestCluster> {
    const cluster = new TestCluster(options, storage);
    for (const queue of Object.keys(cluster.#contract)) await cluster.startUnit(queue);
    cluster.#front = await cluster.openFront();
    return cluster;
  }

  /** One more front of the same units. */
  openFront(): Promise<Front> {
    return startFront(this.#options, {
      links: async (queue) => this.#link(queue),
      units: () => [...this.#units.values()],
      noBackup: () => new QueueError('request_invalid', 'There is nothing to back up.'),
    });
  }

  get front(): Front {
    if (this.#front === undefined) throw new Error('the front has not started');
    return this.#front;
  }

  get url(): string {
    return this.front.url;
  }

  async startUnit(queue: string): Promise<void> {
    const definition = this.#contract[queue];
    if (definition === undefined) throw new Error(`the contract has no "${queue}"`);
    const { dataDir } = this.#storage;
    const storage =
      dataDir === undefined ? { storage: 'memory' as const } : { dataDir: join(dataDir, queue) };
    const options = Object.fromEntries(
      Object.entries(this.#options).filter(([name]) => !OF_FRONT.includes(name)),
    );
    this.#units.set(queue, await startUnit({ ...options, contract: { [queue]: definition }, ...storage }));
  }

  unit(queue: string): Unit {
    const unit = this.#units.get(queue);
    if (unit === undefined) throw new Error(`no unit has "${queue}"`);
    return unit;
  }

  /** `isReached`: until it has ended. */
  async endUnit(queue: string, { isReached = false } = {}): Promise<void> {
    const unit = this.unit(queue);
    if (!isReached) this.#units.delete(queue);
    await unit.close();
    this.#units.delete(queue);
  }

  /** The links to a queue that are opened from now on are read by nobody. */
  freeze(queue: string): void {
    this.#frozen.add(queue);
  }

  async reload(): Promise<void> {
    await this.front.reload();
    for (const unit of this.#units.values()) unit.reviewPrincipals();
  }

  async close(): Promise<void> {
    void this.front.drain();
    await Promise.all([...this.#units.values()].map((unit) => unit.close()));
    await this.front.close();
  }

  #link(queue: string): Duplex {
    const unit = this.#units.get(queue);
    if (unit === undefined) throw new QueueError('storage_unavailable', `Nobody owns "${queue}".`);
    const [ours, theirs] = memoryTunnel();
    if (!IS_TUNNELED && this.#storage.isTunneled !== true) DirectWebSocket.pair(ours, theirs);
    this.streams.push({ queue, stream: ours });
    if (!this.#frozen.has(queue)) unit.accept(theirs);
    return ours;
  }
}
