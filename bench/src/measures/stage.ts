import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../peers/broker-process.js';
import type { Broker, Layout, Peer } from '../peers/peer.js';
import { usageOf } from '../peers/process-usage.js';
import type { Task } from '../workers/protocol.js';
import { WorkerProcess } from '../workers/worker-process.js';
import type { Moment } from './run.js';

type PublisherTask = Omit<Task & { role: 'publisher' }, 'role' | 'peer' | 'ports'>;
type SubscriberTask = Omit<Task & { role: 'subscriber' }, 'role' | 'peer' | 'ports'>;

/** A broker in a new folder, with its workers. */
export class Stage {
  readonly #peer: Peer;
  readonly #broker: Broker;
  readonly #folder: string;
  readonly #port: number;
  readonly #node: string;
  /** What the start of the broker took. */
  readonly startMs: number;
  publisher: WorkerProcess | undefined;
  subscriber: WorkerProcess | undefined;

  private constructor(
    peer: Peer,
    site: { readonly folder: string; readonly port: number; readonly node: string },
    started: { readonly broker: Broker; readonly startMs: number },
  ) {
    this.#peer = peer;
    this.#folder = site.folder;
    this.#port = site.port;
    this.#node = site.node;
    this.#broker = started.broker;
    this.startMs = started.startMs;
  }

  static async open(peer: Peer, node: string, layout: Layout): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), `typed-queue-bench-${peer.name}-`));
    const site = { folder, port: await freePort(), node };
    try {
      const begin = performance.now();
      const broker = await peer.start({ ...site, ...layout });
      const stage = new Stage(peer, site, { broker, startMs: performance.now() - begin });
      await stage.#prepare(layout);
      return stage;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async startPublisher(task: PublisherTask): Promise<WorkerProcess> {
    return (this.publisher = await this.#start({ ...task, role: 'publisher', ...this.#place }));
  }

  async startSubscriber(task: SubscriberTask): Promise<WorkerProcess> {
    return (this.subscriber = await this.#start({ ...task, role: 'subscriber', ...this.#place }));
  }

  async moment(): Promise<Moment> {
    const [publisher, broker, subscriber] = await Promise.all([
      this.publisher?.sample(),
      usageOf(this.#broker.pids),
      this.subscriber?.sample(),
    ]);
    return { broker, ...(publisher && { publisher }), ...(subscriber && { subscriber }) };
  }

  async close(): Promise<void> {
    await Promise.all([this.publisher?.end(), this.subscriber?.end()]);
    await this.#broker.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #prepare(layout: Layout): Promise<void> {
    try {
      await this.#peer.prepare?.(this.#port, layout);
    } catch (error) {
      await this.#broker.stop();
      throw error;
    }
  }

  get #place(): { readonly peer: string; readonly ports: readonly number[] } {
    return { peer: this.#peer.name, ports: this.#broker.ports ?? [this.#port] };
  }

  #start(task: Task): Promise<WorkerProcess> {
    return WorkerProcess.start(task, this.#node);
  }
}
