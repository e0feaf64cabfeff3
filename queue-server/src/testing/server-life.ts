import { MINUTE, type Contract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nodeFileSystem } from '../engine/journal/node-file-system.js';
import { startServer, type QueueServerOptions, type StartedServer } from '../server.js';
import { Activity } from './activity.js';
import { KillableDisk } from './killable-disk.js';
import { CRASH_POINTS, EngineObserver, type CrashPoint } from './observed-engine.js';
import type { QueueRecord } from './queue-record.js';

interface ServerLifeDeps {
  readonly queues: readonly string[];
  readonly record: QueueRecord;
  /** Called in the turn in which the server is killed. */
  readonly onKilled: () => void;
}

/** A busy machine takes its time to connect again. */
const LIMIT_MS = 10 * MINUTE;

type Client = Pick<QueueClient<Contract>, 'admin' | 'state'>;

/** One server, from its start until it is closed or killed. */
export class ServerLife {
  readonly #deps: ServerLifeDeps;
  readonly #activity = new Activity();
  readonly #disk = new KillableDisk(nodeFileSystem, this.#activity);
  readonly #observer: EngineObserver;
  readonly #end = new AbortController();
  #crashPoint: CrashPoint | undefined;
  #server: StartedServer | undefined;
  #released: Promise<void> = Promise.resolve();

  constructor(deps: ServerLifeDeps) {
    this.#deps = deps;
    this.#observer = new EngineObserver({
      activity: this.#activity,
      record: deps.record,
      onReached: (point) => {
        if (point === this.#crashPoint) this.#kill();
      },
    });
  }

  /** Resolves with its URL. */
  async start(options: QueueServerOptions): Promise<string> {
    const engine = { ...options.engine, fileSystem: this.#disk };
    this.#server = await startServer({ ...options, engine }, this.#observer.observe);
    await this.#update();
    return this.#server.url;
  }

  get isUp(): boolean {
    return !this.#end.signal.aborted;
  }

  get isIdle(): boolean {
    return !this.isUp || this.#server?.isIdle() !== false;
  }

  /** Kills the server now, or at a point. Resolves when it is killed and has released what it owned. */
  async crash(point: CrashPoint | undefined): Promise<void> {
    if (point !== undefined && !CRASH_POINTS.includes(point))
      throw new TypeError(`"${point}" is no crash point: name one of ${CRASH_POINTS.join(', ')}.`);
    const { signal } = this.#end;
    this.#crashPoint = point;
    if (point === undefined) this.#kill();
    else if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await this.#released;
  }

  async close(): Promise<void> {
    if (this.isUp) {
      this.#end.abort();
      await this.#server?.close();
    }
    await this.#released;
  }

  /**
   * Resolves when a request of every client was answered, and nothing else happened in the meantime: whatever the
   * server sent before has arrived.
   */
  async rest(clients: readonly Client[]): Promise<void> {
    let before;
    do {
      before = this.#activity.count;
      await nextTurn();
      await Promise.all(clients.map((client) => this.#roundTrip(client)));
      await this.#update();
      await this.#activity.ended();
      await nextTurn();
    } while (this.isUp && this.#activity.count !== before);
  }

  /** Runs a timer of the server. Most of them find nothing to do, and nothing to wait for. */
  async runTimer(run: () => void, clients: readonly Client[]): Promise<void> {
    const before = this.#activity.count;
    run();
    // What new messages begin is begun one turn later.
    await nextTurn();
    await nextTurn();
    if (this.#activity.count !== before) await this.rest(clients);
  }

  async #roundTrip({ admin, state: { kind } }: Client): Promise<void> {
    if (kind === 'closed' || kind === 'refused' || !this.isUp) return;
    // A refusal is an answer as well.
    await admin.queues({ signal: this.#end.signal, timeoutMs: LIMIT_MS }).catch(() => undefined);
  }

  async #update(): Promise<void> {
    await Promise.all(this.#deps.queues.map((queue) => this.#observer.update(queue)));
  }

  #kill(): void {
    if (!this.isUp) return;
    this.#observer.kill();
    this.#disk.kill();
    this.#released = this.#release();
    this.#end.abort();
    this.#deps.onKilled();
  }

  /** Ports, descriptors and the lock of the folder: the operating system would release them. */
  async #release(): Promise<void> {
    await this.#server?.kill();
    await this.#observer.close();
    await this.#activity.ended();
  }
}
