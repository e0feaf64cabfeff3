import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import { endProcess, stopSignal } from '@typed-queue/program';
import { runCommandLine } from './command-line.js';
import { nodeChild } from './node-child.js';
import { standardOutput } from './output/stream.js';

const MAX_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);
const { stdin, stdout, stderr } = process;
const directory = process.env.INIT_CWD ?? process.cwd();
// Safe: it is the package of this program.
const manifest = JSON.parse(await fs.readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const inputStats = fstatSync(0);

/** For a folder Node makes an empty stream. */
// eslint-disable-next-line require-yield -- it is read as a stream is
const unreadable = async function* (): AsyncGenerator<Uint8Array, undefined> {
  throw new Error('it is a folder');
};

const ask = async (question: string): Promise<string | undefined> => {
  const terminal = createInterface({ input: stdin, output: stderr });
  const interrupt = new AbortController();
  terminal.on('SIGINT', () => {
    interrupt.abort();
    terminal.close();
  });
  const closed = once(terminal, 'close').then(() => undefined);
  const answer = await Promise.race([terminal.question(question).catch(() => undefined), closed]);
  terminal.close();
  // Otherwise the cursor stays behind the question.
  if (answer === undefined) stderr.write('\n');
  return interrupt.signal.aborted ? undefined : (answer ?? '');
};

const ENDING = ['SIGINT', 'SIGTERM'] as const;
let stop: AbortSignal | undefined;
const out = standardOutput(stdout, 'standard output');
const err = standardOutput(stderr, 'standard error');
const exitCode = await runCommandLine(process.argv.slice(2), {
  version: manifest.version,
  env: process.env,
  directory,
  stdin: {
    chunks: inputStats.isDirectory() ? unreadable() : stdin,
    isTerminal: stdin.isTTY,
    size: inputStats.isFile() ? inputStats.size : undefined,
  },
  stdout: out.output,
  stderr: err.output,
  outputClosed: out.closed,
  stop: (onHangUp) => {
    if (onHangUp !== undefined) process.on('SIGHUP', onHangUp);
    return (stop ??= stopSignal(process, onHangUp ? ENDING : [...ENDING, 'SIGHUP']));
  },
  ask,
  now: Date.now,
  uid: process.getuid?.(),
  fs,
  fetch,
  git: async (args, cwd) => (await run('git', [...args], { cwd, maxBuffer: MAX_BYTES })).stdout,
  node: (args, options) => nodeChild(process.execPath, directory, args, options),
});
endProcess(process, exitCode);
