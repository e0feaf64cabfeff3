import { Command } from 'commander';
import { dirname, join, resolve } from 'node:path';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { addOutputOptions, Printer, type OutputOptions } from '../output/printer.js';
import { runDev } from './dev.js';
import { addServerOptions } from './serve-command.js';
import { contractOf, type ServerOptions } from './server-program.js';

interface DevOptions extends ServerOptions, OutputOptions {}

/** Looked for when no contract is named. */
const CANDIDATES = ['contract', 'src/contract'].flatMap((name) =>
  ['ts', 'mts', 'js', 'mjs'].map((extension) => `${name}.${extension}`),
);

const HELP = `
Serves the contract, prints each message that is published, and starts again when a source file beside the contract
changes. Data is kept in typed-queue-data/ beside the contract. Without an argument the contract is that of CONTRACT or of
the profile, or contract.ts, contract.js, src/contract.ts …

Examples:
  $ typed-queue dev
  $ typed-queue dev src/contract.ts --port 4000

Exit codes: those of the server; 64 wrong usage  66 no contract
`;

/** `typed-queue dev`. */
export const devCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addOutputOptions(
    addServerOptions(
      new Command('dev')
        .description('runs a queue server for development: restarts with the contract, prints messages')
        .argument('[contract]', 'a file that exports "contract", also in TypeScript'),
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
      port: options.port ?? (env.PORT === undefined || env.PORT === '' ? '3333' : env.PORT),
      host: options.host,
      dataDir: options.dataDir ?? env.DATA_DIR ?? join(dirname(contract), 'typed-queue-data'),
      printer: new Printer(options, machine),
    },
    machine,
  );
};

/** The file of the contract. @throws CommandError */
const fileOf = async (given: string | undefined, machine: Machine): Promise<string> => {
  const { directory, fs } = machine;
  const named = await contractOf(given, machine);
  for (const name of named === undefined ? CANDIDATES : [named]) {
    const path = resolve(directory, name);
    const stats = await fs.stat(path).catch(() => undefined);
    if (stats?.isFile() === true) return path;
  }
  const text =
    named === undefined
      ? `no contract in ${directory}: write contract.ts with "export const contract = defineContract({ … })", or name a file`
      : `there is no file ${resolve(directory, named)}: name the file that exports "contract"`;
  throw new CommandError(EXIT.input, text);
};
