import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from './command-line.js';
import type { CommandError } from './exit-code.js';
import type { Input, Machine } from './machine.js';

export interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Run>;
  out(): string;
  err(): string;
  /** As Ctrl-C. */
  stop(): void;
  /** As a reader of its output that is gone, or with this failure. */
  closeOutput(failure?: CommandError): void;
}

const refused = (): Promise<never> => Promise.reject(new Error('there is none'));

/** Standard input with these texts; without any, it is empty. */
export const inputOf = (...texts: readonly (string | Uint8Array)[]): Input => ({
  chunks: (async function* () {
    for (const text of texts) yield typeof text === 'string' ? Buffer.from(text) : text;
  })(),
  isTerminal: false,
});

/** Bytes as Latin-1. */
const textOf = (text: string | Uint8Array): string =>
  typeof text === 'string' ? text : Buffer.from(text).toString('latin1');

/** Starts the command line with `directory` as its working directory; without network and git unless they are given. */
export const startIn = (
  directory: string,
  args: readonly string[],
  machine: Partial<Machine> = {},
): Running => {
  const written = { out: '', err: '' };
  const stop = new AbortController();
  const closed = new AbortController();
  const ended = runCommandLine(args, {
    version: '0.0.0',
    env: {},
    directory,
    stdin: inputOf(),
    stdout: { write: (text) => (written.out += textOf(text)) },
    stderr: { write: (text) => (written.err += textOf(text)) },
    outputClosed: closed.signal,
    stop: () => stop.signal,
    ask: refused,
    now: Date.now,
    uid: undefined,
    fs,
    fetch: refused,
    git: refused,
    node: () => ({ ready: new Promise(() => undefined), ended: refused(), signal: () => undefined }),
    ...machine,
  });
  return {
    ended: ended.then((exitCode) => ({ exitCode, ...written })),
    out: () => written.out,
    err: () => written.err,
    stop: () => stop.abort(130),
    closeOutput: (failure) => closed.abort(failure),
  };
};

/** Runs a command to its end. */
export const runIn = (
  directory: string,
  args: readonly string[],
  machine: Partial<Machine> = {},
): Promise<Run> => startIn(directory, args, machine).ended;

/** Waits for what a test counts. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

/** A folder of its own with these files; it is removed at the end. */
export const withFolder = async (
  files: Readonly<Record<string, string>>,
  use: (directory: string) => Promise<void>,
): Promise<void> => {
  const directory = await fs.mkdtemp(join(tmpdir(), 'typed-queue-cli-'));
  try {
    for (const [name, text] of Object.entries(files)) await fs.writeFile(join(directory, name), text);
    await use(directory);
  } finally {
    await fs.rm(directory, { recursive: true });
  }
};
