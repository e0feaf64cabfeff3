import { describe } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connector, type Argument } from './connection.js';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** Tests that need a Redis: skipped without one, unless it is required. */
export const describeWithRedis = (name: string, declare: () => void): void => {
  if (isInstalled || process.env.REQUIRE_REDIS === '1') describe(name, declare);
  else describe.skip(`${name} (skipped: redis-server is not installed)`, declare);
};

/** A redis-server of a test, in a folder of its own. */
export class RedisServer {
  readonly #port: number;
  readonly #dir: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, dir: string, args: readonly string[]) {
    this.#port = port;
    this.#dir = dir;
    this.#args = args;
  }

  /** By default it stores nothing on the disk. */
  static async start(...args: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'redis-')), args);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Starts it where it does not run, on the same port and folder. */
  async restart(): Promise<void> {
    const options = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#dir, '--save', ''];
    this.#process = spawn('redis-server', [...options, ...this.#args], { stdio: 'ignore' });
    while (!(await this.#answers())) await setTimeout(20);
  }

  /** Ends it at once, as a loss of power does. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  /** Stops it from answering, until it continues. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }
  continue(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Runs one command, on a connection of its own. */
  async command(command: string, ...args: readonly Argument[]): Promise<unknown> {
    const connection = await (await connector(this.url))();
    try {
      return await connection.call(command, args);
    } finally {
      connection.close();
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true });
  }

  #answers(): Promise<boolean> {
    return this.command('PING').then(
      () => true,
      () => false,
    );
  }
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
