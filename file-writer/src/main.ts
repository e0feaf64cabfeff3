import * as fs from 'node:fs/promises';
import { contract } from '@typed-queue/contracts';
import { stopSignal } from '@typed-queue/contracts/program';
import { connect } from '@typed-queue/queue-client';
import colors from 'picocolors';
import { runFileWriter } from './file-writer.js';
import { upperCase } from './transform.js';

process.exitCode = await runFileWriter({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  connect: ({ url, token }) => connect(contract, { url, token }),
  fs,
  transform: upperCase,
  now: () => performance.now(),
  stdout: process.stdout,
  stderr: process.stderr,
  colors,
  signal: stopSignal(process),
});
