import { Command } from 'commander';
import { dirname, join, resolve } from 'node:path';
import { chosenContract } from '../connection/contract-choice.js';
import { set } from '../connection/settings.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { addOutputOptions, Printer, type OutputOptions } from '../output/printer.js';
import { notEmpty } from '../not-empty.js';
import { runDev } from './dev.js';
import { addServerOptions } from './serve-command.js';
import type { ServerOptions } from './server-program.js';

interface DevOptions extends ServerOptions, OutputOptions {}

const HELP = `
Serves the contract, prints each message that is published, and starts again when a source file beside the contract
changes. Data is kept in typed-queue-data/ beside the contract. Without an argument the contract is that of CONTRACT or of
the profile, or contract.ts, contract.js, src/contract.ts …

Examples:
  $ typed-queue dev
  $ typed-queue dev src/contract.ts --port 4000

Exit codes: 0 stopped by a signal  1 the server cannot run  64 wrong usage  66 no contract
`;

/** `typed-queue dev`. */
export const devCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addOutputOptions(
    addServerOptions(
      new Command('dev')
        .description('runs a queue server for development: restarts with the contract, prints messages')
        .argument('[contract]', 'a file that exports "contract", also in TypeScript', notEmpty),
    ),
  )
    .addHelpText('after', HELP)
    .action(async (contract: string | undefined, options: DevOptions) =>
      exit(await dev(contract, options, machine)),
    );

const dev = async (given: string | undefined, options: DevOptions, machine: Machine): Promise<ExitCode> => {
  const { env } = machine;
  const contract = await fileOf(given, machine);
  return runDev(
    {
      contract,
      port: options.port ?? set(env.PORT) ?? '3333',
      host: options.host,
      dataDir: resolve(
        machine.directory,
        options.dataDir ?? set(env.DATA_DIR) ?? join(dirname(contract), 'typed-queue-data'),
      ),
      printer: new Printer(options, machine),
    },
    machine,
  );
};

/** The file of the contract. @throws CommandError */
const fileOf = async (given: string | undefined, machine: Machine): Promise<string> => {
  const path = resolve(machine.directory, await chosenContract(given, machine));
  const stats = await machine.fs.stat(path).catch(() => undefined);
  if (stats?.isFile() === true) return path;
  throw new CommandError(EXIT.input, `there is no file ${path}: name the file that exports "contract"`);
};
