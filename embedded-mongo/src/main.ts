import { QueueError } from '@typed-queue/contracts';
import { answerArguments, isOpenToOthers, stopSignal } from '@typed-queue/program';
import { dirname } from 'node:path';
import { parseConfig, type Config } from './config.js';
import { startEmbeddedMongo } from './server.js';

const VARIABLES = `\
  PORT, HOST    where it listens (27017, 127.0.0.1; loopback only)
  DATA_DIR      where data is kept, in mongo/ below it
  EXIT_WITH_STDIN=true  end when standard input closes
`;

/** `EX_CONFIG` of sysexits.h. */
const CONFIG_INVALID = 78;

const say = (text: string): void => console.error(`embedded-mongo: ${text}`);

const stopped = ({ exitWithStdin }: Config): Promise<void> =>
  new Promise((resolve) => {
    if (!exitWithStdin) {
      stopSignal(process).addEventListener('abort', () => resolve());
      return;
    }
    // A signal to the whole process group reaches this one, too, and its parent still writes to it.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
    process.stdin.on('end', resolve).on('close', resolve).on('error', resolve).resume();
  });

/** Serves until a signal comes; with EXIT_WITH_STDIN until its standard input ends. */
const run = async (config: Config): Promise<void> => {
  const stop = stopped(config);
  const mongo = await startEmbeddedMongo({ ...config, warn: say });
  const parent = dirname(config.dataDir);
  if (await isOpenToOthers(parent)) say(`other users of this machine can open DATA_DIR: chmod 700 ${parent}`);
  // Who reads this may be gone: then standard input ends as well.
  process.stdout.on('error', () => undefined);
  console.log(`embedded-mongo listens on ${mongo.uri}, with its data in ${config.dataDir}`);
  await stop;
  await mongo.close();
};

/** What to do about errors of the system at a start, by their code. */
const ADVICE: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ port, host }) =>
    `Port ${port} of ${host} is taken. Stop the program that has it, or set PORT (0: any that is free).`,
  EADDRNOTAVAIL: ({ host }) => `This machine has no address ${host}. Set HOST.`,
  EACCES: ({ dataDir }) =>
    `Not allowed. Choose another PORT, or a DATA_DIR (now ${dataDir}) that may be written.`,
  EROFS: ({ dataDir }) => `${dataDir} is on a file system that is read only. Set DATA_DIR.`,
  ENOTDIR: ({ dataDir }) => `${dataDir} is not a folder, or something on the way to it is not. Set DATA_DIR.`,
  EEXIST: ({ dataDir }) => `${dataDir} is not a folder. Set DATA_DIR.`,
  ENOSPC: ({ dataDir }) => `The disk of ${dataDir} is full.`,
};

/** What to tell of a start that failed. */
const explain = (error: unknown, config: Config): string => {
  if (error instanceof QueueError) return `${error.message} (${error.code})`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const advice = ADVICE[code]?.(config);
  return advice === undefined ? String(error) : `${advice} (${String(error)})`;
};

const main = async (): Promise<number> => {
  let config: Config;
  try {
    config = parseConfig(process.env, {
      directory: process.env.INIT_CWD ?? process.cwd(),
      moduleDir: import.meta.dirname,
    });
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    say(error.message);
    return CONFIG_INVALID;
  }
  try {
    await run(config);
    return 0;
  } catch (error) {
    say(explain(error, config));
    return 1;
  }
};

const answered = answerArguments(process.argv.slice(2), {
  name: 'embedded-mongo',
  purpose: 'A MongoDB server for development and tests.',
  variables: VARIABLES,
  moduleDir: import.meta.dirname,
  stdout: process.stdout,
  stderr: process.stderr,
});
process.exitCode = answered ?? (await main());
// What still reads from standard input must not keep an ended server alive.
process.stdin.destroy();
