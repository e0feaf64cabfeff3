import { MINUTE, QueueError, type Contract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nodeFileSystem } from '../engine/journal/node-file-system.js';
import { startServer, type StartedServer } from '../server.js';
import type { QueueServerOptions } from '../server-options.js';
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

/** For what needs a server. */
export const isDown = (call: string): QueueError =>
  new QueueError('request_invalid', `${call}: the server is down since its crash. Call restart() before.`);

type Client = Pick<QueueClient<Contract>, 'admin' | 'state'>;

/** One server, from its start until it is closed or killed. */
export class ServerLife {
  readonly #deps: ServerLifeDeps;
  readonly #activity = new Activity();
  readonly #disk = new KillableDisk(nodeFileSystem, this.#activity);
  readonly #observer: EngineObserver;
  /** Its reason: the point at which it was killed, or what else ended it. */
  readonly #end = new AbortController();
  readonly #crashPoints = new Set<CrashPoint>();
  #server: StartedServer | undefined;
  #released: Promise<void> = Promise.resolve();

  constructor(deps: ServerLifeDeps) {
    this.#deps = deps;
    this.#observer = new EngineObserver({
      activity: this.#activity,
      record: deps.record,
      onReached: (point) => {
        if (this.#crashPoints.has(point)) this.#kill(point);
      },
    });
  }

  /** Resolves with its URL. */
  async start(options: QueueServerOptions): Promise<string> {
    const engine = { ...options.engine, fileSystem: this.#disk };
    try {
      this.#server = await startServer({ ...options, engine }, this.#observer.observe);
    } catch (error) {
      this.#end.abort('closed');
      throw error;
    }
    await this.#update();
    return this.#server.url;
  }

  get isUp(): boolean {
    return !this.#end.signal.aborted;
  }

  get isIdle(): boolean {
    return !this.isUp || this.#server?.isIdle() !== false;
  }

  /**
   * Kills the server now, or at a point. Resolves when it is killed and has released what it owned.
   * @throws QueueError `request_invalid`; `closed` when it ended before the point
   */
  async crash(point: CrashPoint | undefined): Promise<void> {
    if (point === undefined) this.#kill('killed');
    else await this.#reached(point);
    await this.#released;
  }

  async close(): Promise<void> {
    if (this.isUp) {
      this.#end.abort('closed');
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

  async #reached(point: CrashPoint): Promise<void> {
    const { signal } = this.#end;
    if (!CRASH_POINTS.includes(point)) {
      const points = CRASH_POINTS.join(', ');
      throw new QueueError('request_invalid', `crash: "${point}" is no crash point: name one of ${points}.`);
    }
    if (signal.aborted) throw isDown(`crash("${point}")`);
    this.#crashPoints.add(point);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    if (signal.reason === point) return;
    const end = signal.reason === 'closed' ? 'closed' : 'killed';
    throw new QueueError('closed', `crash: "${point}" was never reached: the server was ${end} before.`);
  }

  #kill(reason: CrashPoint | 'killed'): void {
    if (!this.isUp) return;
    this.#observer.kill();
    this.#disk.kill();
    this.#released = this.#release();
    this.#end.abort(reason);
    this.#deps.onKilled();
  }

  /** Ports, descriptors and the lock of the folder: the operating system would release them. */
  async #release(): Promise<void> {
    await this.#server?.kill();
    await this.#observer.close();
    await this.#activity.ended();
  }
}
