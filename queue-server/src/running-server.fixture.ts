import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { storageVariables } from './tested-storage.fixture.js';

/** The built server as a process of its own, to be killed. */
export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it wrote so far. */
  output(): string;
  /** Ends it with a signal; resolves with its exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built queue server as its command does. `openFiles`: how many descriptors it may have. */
export const runServer = (
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  openFiles?: number,
): ChildProcess => {
  const program = [process.execPath, join(import.meta.dirname, '../dist/bin.js'), ...args];
  const shell = ['/bin/sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`];
  const [command = '', ...rest] = openFiles === undefined ? program : [...shell, ...program];
  return spawn(command, rest, {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

/** Resolves when the server listens. */
export const startServerProcess = async (
  port: number,
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  openFiles?: number,
): Promise<RunningServer> => {
  const place = { PORT: String(port), DATA_DIR: dataDir, ...(await storageVariables(dataDir)) };
  const child = runServer({ ...place, ...env }, [], openFiles);
  let output = '';
  const listening = new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('listens on')) resolve();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', () => reject(new Error(`the server ended:\n${output}`)));
  });
  await listening;
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output: () => output,
    end: async (signal) => {
      const ended = once(child, 'exit');
      child.kill(signal);
      // Safe: what `exit` tells first is the code.
      return ((await ended) as [number | null])[0];
    },
  };
};
