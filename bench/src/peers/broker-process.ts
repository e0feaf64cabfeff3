import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Broker } from './peer.js';

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 30_000;

export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
};

/** Something listens there. */
const listens = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/**
 * Debian installs some brokers where a user's `PATH` does not look. With certificates of the user, Node reads all root
 * certificates at its start, which takes 30 ms.
 */
const environment = (): NodeJS.ProcessEnv =>
  // eslint-disable-next-line no-restricted-globals -- a process it starts has its environment
  ({ ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin`, NODE_EXTRA_CA_CERTS: undefined });

export interface BrokerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Beside that of the bench. */
  readonly env?: NodeJS.ProcessEnv;
  /** Its working directory, and where its output goes: `broker.log`. */
  readonly folder: string;
  readonly port: number;
  /** Default: something listens at `port`. */
  readonly isReady?: () => Promise<boolean>;
}

const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(late);
};

/**
 * Starts a broker; resolves when it is ready.
 * @throws Error with its output, when it ends before
 */
export const startBroker = async (options: BrokerCommand): Promise<Broker> => {
  const { folder, port, isReady = () => listens(port) } = options;
  const log = await open(join(folder, 'broker.log'), 'w');
  const child = spawn(options.command, options.args, {
    cwd: folder,
    env: { ...environment(), ...options.env },
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  await log.close();
  const { pid = 0 } = child;
  const end = () => child.kill('SIGKILL');
  // eslint-disable-next-line no-restricted-globals -- a broker ends with the bench
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    await stopProcess(child);
    // eslint-disable-next-line no-restricted-globals -- as above
    process.off('exit', end);
  };
  const limit = performance.now() + START_LIMIT_MS;
  while (!(await isReady())) {
    if (child.exitCode !== null || performance.now() > limit) {
      await stop();
      const output = await readFile(join(folder, 'broker.log'), 'utf8');
      throw new Error(`${options.command} did not start:\n${output}`);
    }
    await sleep(5);
  }
  return { pids: [pid], stop };
};

/** The first match of `pattern` in what a command prints; undefined when there is no such command. */
export const printedVersion = async (
  command: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { env: environment() });
    return pattern.exec(stdout + stderr)?.[0];
  } catch (error) {
    // Mosquitto prints its version and exits with an error.
    if (error instanceof Error && 'stdout' in error) return pattern.exec(String(error.stdout))?.[0];
    return undefined;
  }
};
