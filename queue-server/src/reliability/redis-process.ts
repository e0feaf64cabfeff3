import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';

const POLL_MS = 20;

/** With these a Redis flushes before it answers. */
export const FLUSHING: readonly string[] = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A redis-server with a port and a folder of its own. */
export class RedisProcess {
  readonly port: number;
  readonly #dir: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  /** Does not start it: use `start`. */
  constructor(port: number, dir: string, args: readonly string[]) {
    this.port = port;
    this.#dir = dir;
    this.#args = args;
  }

  /** By default it stores nothing on the disk. */
  static async start<R extends RedisProcess>(
    this: new (port: number, dir: string, args: readonly string[]) => R,
    ...args: readonly string[]
  ): Promise<R> {
    const redis = new this(await freePort(), await mkdtemp(join(tmpdir(), 'redis-')), args);
    await redis.restart();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it where it does not run, on the same port and folder. Resolves when it has loaded its files. */
  async restart(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#dir, '--save', ''];
    const child = spawn('redis-server', [...options, ...this.#args], { stdio: 'ignore' });
    this.#child = child;
    const failed = new AbortController();
    // Such as a program that is not installed.
    child.once('error', (error) => failed.abort(error));
    while (!(await answersPing(this.port))) {
      failed.signal.throwIfAborted();
      await setTimeout(POLL_MS);
    }
  }

  /** Ends it at once, as a loss of power does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops it from answering, until it continues. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }
  continue(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Kills it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** While it loads its files it answers with an error. */
const answersPing = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answered: boolean): void => {
      resolve(answered);
      socket.destroy();
    };
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false)).once('close', () => end(false));
  });
