import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from './command-line.js';
import type { Machine } from './machine.js';

export interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

const refused = (): Promise<never> => Promise.reject(new Error('there is none'));

/** Runs the command line with `directory` as its working directory; without network and git unless they are given. */
export const runIn = async (
  directory: string,
  args: readonly string[],
  machine: Partial<Machine> = {},
): Promise<Run> => {
  const written = { out: '', err: '' };
  const exitCode = await runCommandLine(args, {
    version: '0.0.0',
    env: {},
    directory,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    fs,
    fetch: refused,
    git: refused,
    ...machine,
  });
  return { exitCode, ...written };
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
