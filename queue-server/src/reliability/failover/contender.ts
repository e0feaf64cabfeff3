import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
// The server runs in the Node that runs this.
// eslint-disable-next-line no-restricted-imports
import { execPath } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { commandOn, LOOPBACK, type Host } from '../host.js';

const PROGRAM = join(import.meta.dirname, '../../../dist/main.js');
/** From the end of a process to its next start, as with a supervisor. */
const RESTART_MS = 200;
const PROBE_MS = 1_000;

/** One of several built servers on the same data: it serves, or waits to. It is started again whenever it ends. */
export class Contender {
  readonly host: Host;
  readonly port: number;
  /** Its output since the first start, shown when the run fails. */
  #output = '';
  #starts = 0;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess;
  #isClosed = false;

  private constructor(host: Host, port: number, env: Readonly<Record<string, string>>) {
    this.host = host;
    this.port = port;
    this.#env = env;
    this.#child = this.#run();
  }

  static async start(env: Readonly<Record<string, string>>, host = LOOPBACK): Promise<Contender> {
    return new Contender(host, await freePort(), env);
  }

  get url(): string {
    return `http://${this.host.address}:${this.port}`;
  }
  get output(): string {
    return this.#output;
  }
  get starts(): number {
    return this.#starts;
  }

  /** Whether it takes messages. */
  async isReady(): Promise<boolean> {
    const signal = AbortSignal.timeout(PROBE_MS);
    return fetch(`${this.url}/readyz`, { signal, headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #run(): ChildProcess {
    this.#starts++;
    const env = { HOST: this.host.address, PORT: String(this.port), LOG_FORMAT: 'json', ...this.#env };
    const child = spawn(...commandOn(this.host, execPath, [PROGRAM]), {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.once('exit', () => void this.#ended());
    return child;
  }

  async #ended(): Promise<void> {
    await setTimeout(RESTART_MS);
    if (!this.#isClosed) this.#child = this.#run();
  }
}
