import { Command, InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { chosenContract, CONTRACT_DEFAULT } from '../connection/contract-choice.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { notEmpty } from '../not-empty.js';
import { exitCodeOf, startServer, type ServerOptions } from './server-program.js';

interface ServeOptions extends ServerOptions {
  readonly contract?: string;
}

const HELP = `
Everything else is configured by variables, as for typed-queue-server: "npx @typed-queue/queue-server --help" lists them.
A contract in TypeScript is run as it is.

Examples:
  $ typed-queue serve --contract dist/contract.js --data-dir /var/lib/typed-queue
  $ QUEUE_KEYS_FILE=keys.json HOST=0.0.0.0 typed-queue serve --contract contract.ts

Exit codes: those of the server: 0 stopped by a signal, 1 it cannot run, 78 wrong environment or contract
`;

const MAX_PORT = 65_535;

const port = (text: string): string => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return text;
  throw new InvalidArgumentError(`Write a port from 0 to ${MAX_PORT}; 0: any that is free.`);
};

/** Options that `serve` and `dev` share. */
export const addServerOptions = (command: Command): Command =>
  command
    .option('--port <port>', 'where it listens (PORT; default: 3333)', port)
    .option('--host <host>', 'of which address (HOST; default: 127.0.0.1)', notEmpty)
    .option('--data-dir <folder>', 'where messages are kept (DATA_DIR)', notEmpty);

/** `typed-queue serve`. */
export const serveCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    new Command('serve')
      .description('runs the queue server')
      .option(
        '--contract <module>',
        `path or package that exports "contract" (default: ${CONTRACT_DEFAULT})`,
        notEmpty,
      ),
  )
    .addHelpText('after', HELP)
    .action(async (options: ServeOptions) => exit(await serve(options, machine)));

/** The name of a package has none of them. */
const OF_A_FILE = /^\.{0,2}\/|\.[cm]?ts$/;

/** The server names the variable, not the option. @throws CommandError when there is no such file */
const checkFile = async (contract: string, { fs, directory }: Machine): Promise<void> => {
  const path = resolve(directory, contract);
  const stats = OF_A_FILE.test(contract) ? await fs.stat(path).catch(() => null) : undefined;
  if (stats === null) throw new CommandError(EXIT.input, `--contract ${contract}: there is no file ${path}`);
};

const serve = async (options: ServeOptions, machine: Machine): Promise<ExitCode> => {
  if (options.contract !== undefined) await checkFile(options.contract, machine);
  const contract = await chosenContract(options.contract, machine);
  const server = startServer({ ...options, contract, output: 'inherit' }, machine);
  // At SIGHUP it reads keys and certificates again; it would end it before it listens.
  const stop = machine.stop(() => void server.ready.then(() => server.signal('SIGHUP')));
  const end = (): void => server.signal(stop.reason === 130 ? 'SIGINT' : 'SIGTERM');
  stop.addEventListener('abort', end, { once: true });
  return exitCodeOf(server);
};
