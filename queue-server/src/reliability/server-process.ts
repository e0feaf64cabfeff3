import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The server runs in the Node that runs this.
// eslint-disable-next-line no-restricted-imports
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';

/** The built program: from the sources and from what was built it is the same way. */
const PROGRAM = join(import.meta.dirname, '../../dist/main.js');
const LISTENS = /listens on http:\/\/127\.0\.0\.1:(\d+)/;
/** Levels of pino. */
const ERROR_LEVEL = 50;
/** As many as most systems give a process. Node takes the hard limit, so that one is set as well. */
const DESCRIPTORS = 1_024;
const STOP_MS = 30_000;

/** Attacks come from another address of loopback than the well-behaved client. */
export const ATTACKER = '127.0.0.2';

/** Where a server listens, and the key that it asks for. */
export interface Target {
  readonly port: number;
  readonly key: string;
}

/** The built server as a process with a folder of its own, and what is seen of it from outside. Linux only. */
export class ServerProcess {
  readonly key = crypto.randomUUID();
  readonly #attackersKey = crypto.randomUUID();
  /** What it logged at level error or above, and all lines that are no log entries. */
  readonly errors: string[] = [];
  readonly #dataDir: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(dataDir: string, env: Readonly<Record<string, string>>) {
    this.#dataDir = dataDir;
    this.#env = env;
  }

  /** `env`: beside the defaults. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const server = new ServerProcess(await mkdtemp(join(tmpdir(), 'siege-')), env);
    await server.#run();
    return server;
  }

  get target(): Target {
    return { port: this.#port, key: this.key };
  }

  /** For another principal than that of `target`. */
  get attacked(): Target {
    return { port: this.#port, key: this.#attackersKey };
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Resident memory in MiB, and the highest that it ever was; zeros when the process has ended. */
  async memory(): Promise<{ readonly now: number; readonly peak: number }> {
    const status = await readFile(`/proc/${this.#child?.pid ?? 0}/status`, 'utf8').catch(() => '');
    const mib = (field: string): number =>
      Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
    return { now: mib('VmRSS'), peak: mib('VmHWM') };
  }

  /** Kills it, and starts it on the same data. */
  async killAndRestart(): Promise<void> {
    await this.#stop('SIGKILL');
    await this.#run();
  }

  /** Stops it by SIGTERM and starts it on the same data. Returns how long it took to listen again, in milliseconds. */
  async restart(): Promise<number> {
    if (!(await this.#stop('SIGTERM'))) this.errors.push(`it did not stop within ${STOP_MS} ms of SIGTERM`);
    const began = performance.now();
    await this.#run();
    return Math.round(performance.now() - began);
  }

  /** Kills it and removes its data. */
  async close(): Promise<void> {
    await this.#stop('SIGKILL');
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    const command = `ulimit -n ${DESCRIPTORS} && exec "$0" "$1"`;
    const env = {
      PORT: '0',
      DATA_DIR: this.#dataDir,
      LOG_FORMAT: 'json',
      QUEUE_TOKENS: `${this.key},${this.#attackersKey}`,
      MAX_GROUPS_PER_QUEUE: '15000',
      MAX_GROUPS_PER_CONNECTION: '15000',
      // Attacks after a wrong key are tried as well.
      MAX_WRONG_KEYS_PER_ADDRESS: '1000000',
      ...this.#env,
    };
    const child = spawn('sh', ['-c', command, execPath, PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#port = await new Promise<number>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the server ended:\n${this.errors.join('\n')}`)));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          const port = LISTENS.exec(line)?.[1];
          if (port !== undefined) resolve(Number(port));
          if (isErrorLine(line)) this.errors.push(line);
        });
      }
    });
  }

  /** Returns false when it had to be killed. */
  async #stop(signal: NodeJS.Signals): Promise<boolean> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return true;
    const exited = once(child, 'exit');
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(kill);
    return signal === 'SIGKILL' || child.signalCode !== 'SIGKILL';
  }
}

const isErrorLine = (line: string): boolean => {
  try {
    const entry: unknown = JSON.parse(line);
    const level = typeof entry === 'object' && entry !== null && 'level' in entry ? Number(entry.level) : NaN;
    return !(level < ERROR_LEVEL);
  } catch {
    return line.trim() !== '';
  }
};
