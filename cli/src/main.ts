import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import { endProcess, stopSignal } from '@typed-queue/program';
import { runCommandLine } from './command-line.js';
import { nodeChild } from './node-child.js';
import { closedSignal, outputOf } from './output/stream.js';

const MAX_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);
const { stdin, stdout, stderr } = process;
const directory = process.env.INIT_CWD ?? process.cwd();
// Safe: it is the package of this program.
const manifest = JSON.parse(await fs.readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const fileSize = (): number | undefined => {
  const stats = fstatSync(0);
  return stats.isFile() ? stats.size : undefined;
};

const ask = async (question: string): Promise<string> => {
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const closed = once(terminal, 'close').then(() => '');
    // Ctrl-C rejects, Ctrl-D only closes it.
    return await Promise.race([terminal.question(question).catch(() => ''), closed]);
  } finally {
    terminal.close();
  }
};

let stop: AbortSignal | undefined;
const outputClosed = closedSignal(stdout);
closedSignal(stderr);
const exitCode = await runCommandLine(process.argv.slice(2), {
  version: manifest.version,
  env: process.env,
  directory,
  stdin: { chunks: stdin, isTerminal: stdin.isTTY, size: fileSize() },
  stdout: outputOf(stdout),
  stderr: outputOf(stderr),
  outputClosed,
  stop: () => (stop ??= stopSignal(process)),
  onHangUp: (listener) => process.on('SIGHUP', listener),
  ask,
  now: Date.now,
  uid: process.getuid?.(),
  fs,
  fetch,
  git: async (args, cwd) => (await run('git', [...args], { cwd, maxBuffer: MAX_BYTES })).stdout,
  node: (args, options) => nodeChild(process.execPath, directory, args, options),
});
endProcess(process, exitCode);
