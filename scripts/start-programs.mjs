/** Runs the programs together (`npm start`): Ctrl-C ends them all, and so does the end of any one. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { commaSeparated, namesKeys, stopSignal } from '@typed-queue/program';
import { createConcurrently, LogError, LogExit, Logger, LogOutput } from 'concurrently';

/** A port from the environment; an empty variable counts as not set. */
const portOf = (name, usual) => {
  const given = process.env[name] ?? '';
  const port = given === '' ? usual : given;
  if (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535) return port;
  console.error(`${name}="${port}": expected a port, 1 to 65535`);
  process.exit(78);
};

const queuePort = portOf('QUEUE_PORT', '3333');
const apiPort = portOf('API_PORT', '3000');
const QUEUE_URL = `http://localhost:${queuePort}`;
// Relative paths in the environment start where npm was started.
process.env.INIT_CWD ??= process.cwd();
// The clients show the first of the server's keys, unless another is named.
const [firstKey] = commaSeparated.parse(process.env.QUEUE_TOKENS ?? '');
const { QUEUE_TOKEN: givenToken = '' } = process.env;
const hasFile = (process.env.QUEUE_TOKEN_FILE ?? '') !== '';
const QUEUE_TOKEN = givenToken === '' && !hasFile ? (firstKey ?? '') : givenToken;
if (QUEUE_TOKEN === '' && !hasFile && namesKeys(process.env)) {
  console.error(
    'QUEUE_TOKEN is not set: the queue server asks the logger and the API for a key or a token, too',
  );
  process.exit(78);
}

const programs = [
  {
    name: 'queue-server',
    command: 'queue-server/dist/bin.js',
    prefixColor: 'cyan',
    // As in the Dockerfile.
    env: { PORT: queuePort, MALLOC_MMAP_THRESHOLD_: '131072' },
  },
  {
    name: 'logger',
    command: 'logger/dist/bin.js',
    prefixColor: 'magenta',
    env: { QUEUE_URL, QUEUE_TOKEN },
  },
  {
    name: 'api-server',
    command: 'api-server/dist/bin.js',
    prefixColor: 'yellow',
    env: { PORT: apiPort, QUEUE_URL, QUEUE_TOKEN },
  },
];

/** The program itself is the child, with no shell between: signals reach it, and its exit code is its own. */
const start = (script, options) => spawn(process.execPath, [script], options);

const send = (pid, signal) => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

// Between concurrently and stdout, because it throws when its stream fails.
const output = new PassThrough();
output.pipe(process.stdout);

const logger = new Logger({});
logger.setPrefixLength(Math.max(...programs.map(({ name }) => name.length)));
const { commands, result } = createConcurrently(programs, {
  cwd: join(import.meta.dirname, '..'),
  spawn: start,
  kill: send,
  logger,
  outputStream: output,
  controllers: [new LogError({ logger }), new LogOutput({ logger }), new LogExit({ logger })],
});

/** A program ended by a signal has the signal's name for its code. */
const codeOf = (exitCode) =>
  typeof exitCode === 'number' ? exitCode : 128 + Number(constants.signals[exitCode]);

let ending = false;
const endAll = (signal) => {
  ending = true;
  for (const command of commands) command.kill(signal);
};
for (const command of commands) {
  command.close.subscribe(({ exitCode }) => {
    if (exitCode !== 0) process.exitCode ??= codeOf(exitCode);
    if (ending) return;
    logger.logGlobalEvent(`${command.name} has ended: ending the others as well`);
    endAll('SIGTERM');
  });
}
stopSignal(process).addEventListener('abort', () => endAll('SIGTERM'));
// The terminal was closed.
process.on('SIGHUP', () => endAll('SIGTERM'));
process.stdout.on('error', () => {
  output.resume();
  endAll('SIGTERM');
});

// It rejects when a program failed, which is reported above.
await result.catch(() => undefined);
