import { aborted, isOpenToOthers, LISTEN_ADVICE, runServer, stopSignal } from '@typed-queue/program';
import { dirname } from 'node:path';
import { parseConfig, type Config } from './config.js';
import { startEmbeddedMongo } from './server.js';

const VARIABLES = `\
  PORT, HOST    where it listens (27017, 127.0.0.1; loopback only)
  DATA_DIR      where data is kept, in mongo/ below it
  EXIT_WITH_STDIN=true  end when standard input closes
`;

const say = (text: string): void => console.error(`embedded-mongo: ${text}`);

/** With EXIT_WITH_STDIN the end of standard input, else a signal. */
const stopOf = ({ exitWithStdin }: Config): AbortSignal => {
  if (!exitWithStdin) return stopSignal(process);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  // A signal to the whole process group reaches this one, too, and its parent still writes to it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.stdin.on('end', end).on('close', end).on('error', end).resume();
  return stop.signal;
};

const serve = async (config: Config, stop: AbortSignal): Promise<void> => {
  const mongo = await startEmbeddedMongo({ ...config, warn: say });
  const parent = dirname(config.dataDir);
  if (await isOpenToOthers(parent)) say(`other users of this machine can open DATA_DIR: chmod 700 ${parent}`);
  console.log(`embedded-mongo listens on ${mongo.uri}, with its data in ${config.dataDir}`);
  await aborted(stop);
  await mongo.close();
};

process.exitCode = await runServer<Config>(process, {
  name: 'embedded-mongo',
  purpose: 'A MongoDB server for development and tests.',
  variables: VARIABLES,
  moduleDir: import.meta.dirname,
  configure: parseConfig,
  serve,
  stopOf,
  advice: {
    ...LISTEN_ADVICE,
    EADDRINUSE: ({ port, host }) =>
      `Port ${port} of ${host} is taken. Stop the program that has it, or set PORT (0: any that is free).`,
    EACCES: ({ dataDir }) =>
      `Not allowed. Choose another PORT, or a DATA_DIR (now ${dataDir}) that may be written.`,
    EROFS: ({ dataDir }) => `${dataDir} is on a file system that is read only. Set DATA_DIR.`,
    ENOTDIR: ({ dataDir }) =>
      `${dataDir} is not a folder, or something on the way to it is not. Set DATA_DIR.`,
    EEXIST: ({ dataDir }) => `${dataDir} is not a folder. Set DATA_DIR.`,
    ENOSPC: ({ dataDir }) => `The disk of ${dataDir} is full.`,
  },
  logFailure: (_config, explanation, error) => say(explanation ?? String(error)),
});
// What still reads from standard input must not keep an ended server alive.
process.stdin.destroy();
