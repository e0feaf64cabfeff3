import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
// The child runs in the Node that runs this.
// eslint-disable-next-line no-restricted-imports
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';

export interface SpawnOptions {
  /** `DATA_DIR` as an absolute path: the data is in `mongo/` below it. */
  readonly dataDir: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Called with each line that the child writes to stderr. Default: ignored. */
  readonly warn?: (line: string) => void;
}

export interface SpawnedMongo {
  readonly uri: string;
  readonly pid: number | undefined;
  /** The exit code of the child, null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Closes the pipe, which ends the child, and waits for its end. */
  close(): Promise<void>;
}

/** How long a child may take to close its data before it is killed. */
const CLOSE_MS = 10_000;

const LISTENS = /listens on (mongodb:[^\s,]+)/;

/** The built program: the same path from src/ and dist/. */
const PROGRAM = join(import.meta.dirname, '../dist/main.js');

const end = async (child: ChildProcess, exited: Promise<unknown>): Promise<void> => {
  child.stdin?.end();
  const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  await exited;
  clearTimeout(kill);
};

/**
 * Runs embedded-mongo in a process of its own, which ends when this one does, however that ends.
 * @throws Error with the stderr of the child, when it ends before it listens
 */
export const spawnEmbeddedMongo = async (options: SpawnOptions): Promise<SpawnedMongo> => {
  const { dataDir, port = 0, host = '127.0.0.1', warn = () => undefined } = options;
  const child = spawn(execPath, [PROGRAM], {
    env: { DATA_DIR: dataDir, PORT: String(port), HOST: host, EXIT_WITH_STDIN: 'true' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // The pipe to an ended child: `exited` reports its end.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit').then(([code]): number | null =>
    typeof code === 'number' ? code : null,
  );
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    if (said.length < 100) said.push(line);
    warn(line);
  });
  const lines = createInterface(child.stdout);
  const uri = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = LISTENS.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', (code) => {
      reject(new Error(`embedded-mongo ended with ${String(code)}: ${said.join('\n')}`));
    });
    child.once('error', reject);
  });
  return { uri, pid: child.pid, exited, close: () => end(child, exited) };
};
