import { codeOf, messageOf } from '@typed-queue/program';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTypeScript } from '../connection/contract-choice.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Child, ChildEnd, Machine } from '../machine.js';

/** The options of `serve` and `dev` that are variables of the server. */
export interface ServerOptions {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly dataDir?: string | undefined;
}

const packages = createRequire(import.meta.url);

/** Arguments of Node that run the queue server, with a contract in TypeScript also its compiler. */
const argumentsFor = (contract: string): readonly string[] => {
  // The command of the package, beside its `dist`.
  const bin = join(dirname(packages.resolve('@typed-queue/queue-server')), '../bin.mjs');
  if (!isTypeScript(contract)) return [bin];
  return ['--import', pathToFileURL(packages.resolve('tsx')).href, bin];
};

export interface Served extends ServerOptions {
  /** A path or package. */
  readonly contract: string;
  readonly output: 'inherit' | 'stderr';
}

/** Starts the queue server as a process of its own. */
export const startServer = (
  { contract, output, ...options }: Served,
  { node, env, directory }: Machine,
): Child => {
  const { port, host, dataDir } = options;
  const serverEnv = {
    ...env,
    // Where its relative paths start.
    INIT_CWD: directory,
    CONTRACT: contract,
    ...(port !== undefined && { PORT: port }),
    ...(host !== undefined && { HOST: host }),
    ...(dataDir !== undefined && { DATA_DIR: dataDir }),
  };
  return node(argumentsFor(contract), { env: serverEnv, output });
};

/** What a server that runs ends by with 0; one that only starts is killed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'];

/** The exit code of a server that ended. @throws CommandError when it could not be started, or was killed */
export const exitCodeOf = async ({ ended }: Child): Promise<ExitCode> => {
  const end = await endOf(ended);
  if (end.kind === 'exited') return end.exitCode;
  if (STOP_SIGNALS.includes(end.signal)) return EXIT.done;
  throw new CommandError(EXIT.internal, `the queue server was killed by ${end.signal}`);
};

const endOf = async (ended: Child['ended']): Promise<ChildEnd> => {
  try {
    return await ended;
  } catch (error) {
    const text = `the queue server cannot be started: ${messageOf(error)} (${codeOf(error) ?? 'no code'})`;
    throw new CommandError(EXIT.internal, text, { cause: error });
  }
};
