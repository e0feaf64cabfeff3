import * as fs from 'node:fs/promises';
import { contract } from '@typed-queue/contracts';
import { endProcess, stopSignal } from '@typed-queue/program';
import { connect } from '@typed-queue/queue-client';
import colors from 'picocolors';
import { runFileWriter } from './file-writer.js';
import { progressOn } from './progress.js';
import { processesFrom } from './temporary.js';
import { upperCase } from './transform.js';

const now = (): number => performance.now();
const progress = progressOn(process.stderr, process.env, colors, now);
process.once('exit', () => progress.hide());

const exitCode = await runFileWriter({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  connect: ({ url, token }, tracing) => connect(contract, { url, token, name: 'file-writer', tracing }),
  fs,
  transform: upperCase,
  processes: processesFrom(process),
  progress,
  now,
  stdout: process.stdout,
  stderr: process.stderr,
  colors,
  signal: stopSignal(process),
});
// An export of traces that was given up would keep the process alive.
endProcess(process, exitCode);
