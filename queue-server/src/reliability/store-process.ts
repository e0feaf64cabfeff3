import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { commandOn, LOOPBACK, type Host } from './host.js';

const POLL_MS = 20;

/** Where a store runs, and with what beside. */
export interface StorePlace {
  readonly host: Host;
  readonly port: number;
  readonly dir: string;
  readonly args: readonly string[];
}

/** A server that stores what a queue server has, with a port and a folder of its own. */
export abstract class StoreProcess {
  readonly port: number;
  protected readonly place: StorePlace;
  #child: ChildProcess | undefined;

  /** Does not start it: use `start`. */
  constructor(place: StorePlace) {
    this.port = place.port;
    this.place = place;
  }

  static async start<P extends StoreProcess>(
    this: new (place: StorePlace) => P,
    ...args: readonly string[]
  ): Promise<P> {
    const dir = await mkdtemp(join(tmpdir(), 'store-'));
    const store = new this({ host: LOOPBACK, port: await freePort(), dir, args });
    await store.restart();
    return store;
  }

  protected abstract readonly program: string;
  protected abstract arguments(): readonly string[];
  /** Whether it takes commands: `request` is answered with `answer` at first. */
  protected abstract readonly probe: { readonly request: string; readonly answer: string };

  abstract get url(): string;

  get host(): Host {
    return this.place.host;
  }

  /** Starts it where it does not run, on the same port and folder. Resolves when it has loaded its files. */
  async restart(): Promise<void> {
    const args = [...this.arguments(), ...this.place.args];
    const child = spawn(...commandOn(this.host, this.program, args), { stdio: 'ignore' });
    this.#child = child;
    const failed = new AbortController();
    // Such as a program that is not installed.
    child.once('error', (error) => failed.abort(error));
    while (!(await this.#answers())) {
      failed.signal.throwIfAborted();
      await setTimeout(POLL_MS);
    }
  }

  /** Ends it at once, as a loss of power does. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
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
    await rm(this.place.dir, { recursive: true, force: true });
  }

  /** While it loads its files it answers with an error. */
  #answers(): Promise<boolean> {
    const { request, answer } = this.probe;
    return new Promise((resolve) => {
      const socket = connect(this.port, this.host.address, () => socket.write(request));
      const end = (answered: boolean): void => {
        resolve(answered);
        socket.destroy();
      };
      socket.once('data', (data) => end(data.toString().startsWith(answer)));
      socket.once('error', () => end(false)).once('close', () => end(false));
    });
  }
}
