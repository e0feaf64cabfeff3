import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { promisify } from 'node:util';
import { endProcess } from '@typed-queue/program';
import { runCommandLine } from './command-line.js';

const MAX_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);
// Safe: it is the package of this program.
const manifest = JSON.parse(await fs.readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const exitCode = await runCommandLine(process.argv.slice(2), {
  version: manifest.version,
  env: process.env,
  directory: process.env.INIT_CWD ?? process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  fs,
  fetch,
  git: async (args, cwd) => (await run('git', [...args], { cwd, maxBuffer: MAX_BYTES })).stdout,
});
endProcess(process, exitCode);
