import { after, stopSignal } from '@typed-queue/program';
import { connect } from '@typed-queue/queue-client';
import colors from 'picocolors';
import { runProgram } from './program.js';

/** How long a blocked output may keep the ended process alive, in milliseconds. */
const LINGER_MS = 1_000;

process.exitCode = await runProgram({
  args: process.argv.slice(2),
  env: process.env,
  directory: process.env.INIT_CWD ?? process.cwd(),
  connect: ({ url, token, contract }, tracing) => connect(contract, { url, token, name: 'logger', tracing }),
  colors,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => Date.now(),
  after,
  stopSignal: () => stopSignal(process),
});
setTimeout(() => process.exit(), LINGER_MS).unref();
