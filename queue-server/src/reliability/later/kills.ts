import { setTimeout } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.js';
import type { ServerProcess } from '../server-process.js';
import type { UpTime } from './up-times.js';

/** Between a start and the next kill. */
const MIN_MS = 2_000;
const MAX_MS = 5_000;

export interface KillOptions {
  readonly random: SeededRandom;
  /** When the kills end, in milliseconds since 1970: what a slow machine has not published by then it can. */
  readonly until: number;
  /** Called after each start with how long it took, in milliseconds. */
  readonly onStart: (startMs: number) => void;
}

/** Kills a server again and again, and starts it at once. */
export class Kills {
  readonly upTimes: UpTime[] = [];
  /** How long each start took, in milliseconds. */
  readonly startsMs: number[] = [];
  peakMiB = 0;
  readonly #server: ServerProcess;
  readonly #random: SeededRandom;
  readonly #until: number;
  readonly #onStart: (startMs: number) => void;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #upSince = Date.now();

  constructor(server: ServerProcess, { random, until, onStart }: KillOptions) {
    this.#server = server;
    this.#random = random;
    this.#until = until;
    this.#onStart = onStart;
    this.#running = this.#run();
  }

  /** Begins no further kill; resolves when none goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Kills the server for the last time; resolves when it listens for good. */
  async end(): Promise<void> {
    await this.stop();
    await this.#kill();
    this.upTimes.push({ from: this.#upSince, to: Infinity });
  }

  async #kill(): Promise<void> {
    this.peakMiB = Math.max(this.peakMiB, (await this.#server.memory()).peak);
    if (!this.#server.isRunning) this.#server.errors.push('the server ended by itself');
    this.upTimes.push({ from: this.#upSince, to: Date.now() });
    const startMs = await this.#server.restart('SIGKILL');
    this.#upSince = Date.now();
    this.startsMs.push(startMs);
    this.#onStart(startMs);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const pauseMs = MIN_MS + this.#random.below(MAX_MS - MIN_MS);
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || Date.now() >= this.#until) return;
      await this.#kill();
    }
  }
}
