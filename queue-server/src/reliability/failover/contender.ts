import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
// The server runs in the Node that runs this.
// eslint-disable-next-line no-restricted-imports
import { execPath } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../free-port.js';

const PROGRAM = join(import.meta.dirname, '../../../dist/main.js');
/** From the end of a process to its next start, as with a supervisor. */
const RESTART_MS = 200;
const PROBE_MS = 1_000;

/** One of several built servers on the same data: it serves, or waits to. It is started again whenever it ends. */
export class Contender {
  readonly port: number;
  /** Its output since the last start, shown when the run fails. */
  #output = '';
  #starts = 0;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess;
  #isClosed = false;

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.#env = env;
    this.#child = this.#run();
  }

  static async start(env: Readonly<Record<string, string>>): Promise<Contender> {
    return new Contender(await freePort(), env);
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
    return fetch(`http://127.0.0.1:${this.port}/readyz`, { signal, headers: { connection: 'close' } }).then(
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
    this.#output = '';
    this.#starts++;
    const env = { PORT: String(this.port), LOG_FORMAT: 'json', ...this.#env };
    const child = spawn(execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
