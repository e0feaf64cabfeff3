import { newKey, type NamedKey } from '@typed-queue/program';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { addYesOption, confirmed } from '../administration/operation.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import { failureOf } from '../connection/failure.js';
import type { Machine } from '../machine.js';
import { addOutputOptions, Printer, type OutputOptions } from '../output/printer.js';
import { futureOption } from '../output/time.js';
import { notEmpty } from '../not-empty.js';
import { addKey, readKeys, removeKey, type KeyEntry } from './keys-file.js';
import { addAllowOption, ALLOW_HELP, rightsText, type RightsOptions } from './rights-option.js';

type Exit = (code: ExitCode) => void;

interface FileOptions extends OutputOptions {
  readonly file?: string;
}

interface NewOptions extends FileOptions, RightsOptions {
  readonly expires?: string;
}

interface WithdrawOptions extends FileOptions {
  readonly yes: boolean;
}

/** Of `keys`. */
export const KEYS_HELP = `
Keys are kept in the keys file of the server (QUEUE_KEYS_FILE), as digests. A running server reads it again at SIGHUP.

Examples:
  $ typed-queue keys new billing --file keys.json --allow orders:consume=billing
  $ typed-queue keys list --file keys.json
  $ typed-queue keys withdraw billing --file keys.json
`;

const RELOAD = 'kill -HUP the server, so that it reads the file again';

/** The verbs of `typed-queue keys`. */
export const keysCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  newCommand(machine, exit),
  listCommand(machine, exit),
  withdrawCommand(machine, exit),
];

const withFile = (command: Command): Command =>
  addOutputOptions(command.option('--file <file>', 'the keys file (QUEUE_KEYS_FILE)', notEmpty));

const newCommand = (machine: Machine, exit: Exit): Command =>
  withFile(
    addAllowOption(
      new Command('new')
        .description('makes a key, shows it once, and adds its entry to the keys file')
        .argument('<name>')
        .option('--expires <time>', 'a date (2027-01-31), or after how long (90d)'),
    ),
  )
    .addHelpText('after', `${ALLOW_HELP}${KEYS_HELP}`)
    .action(async (name: string, options: NewOptions) => exit(await make(name, options, machine)));

const make = async (name: string, options: NewOptions, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const { key, entry } = keyOf(name);
  const { expires, allow = { queues: {}, models: {} } } = options;
  const full: KeyEntry = {
    ...entry,
    ...(expires !== undefined && {
      expires: new Date(futureOption('--expires', expires, machine.now())).toISOString(),
    }),
    queues: allow.queues,
    ...(Object.keys(allow.models).length > 0 && { models: allow.models }),
  };
  const file = fileOf(options, machine);
  if (file === undefined) {
    printer.result({ name, key, entry: full }, key);
    printer.note(
      'Give it to its client as QUEUE_TOKEN; it is shown only now. The entry for "keys" in the keys file:',
    );
    printer.note(JSON.stringify(full));
    return EXIT.done;
  }
  await addKey(file, full, machine);
  printer.result({ name, key, file }, key);
  printer.note(
    `Give it to its client as QUEUE_TOKEN; it is shown only now. Its entry is in ${file}: ${RELOAD}.`,
  );
  return EXIT.done;
};

const keyOf = (name: string): ReturnType<typeof newKey> => {
  try {
    return newKey(name);
  } catch (error) {
    throw new CommandError(EXIT.usage, failureOf(error).message);
  }
};

const listCommand = (machine: Machine, exit: Exit): Command =>
  withFile(new Command('list').description('shows the keys of a file: rights, and when they expire'))
    .addHelpText('after', KEYS_HELP)
    .action(async (options: FileOptions) => exit(await list(options, machine)));

const list = async (options: FileOptions, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const keys = await readKeys(neededFile(options, machine), machine);
  const now = machine.now();
  if (printer.isJson)
    for (const { name, expiresAt, rights } of keys)
      printer.object({ name, expires: expiryText(expiresAt), isValid: isValid(expiresAt, now), ...rights });
  else
    await printer.table(
      ['NAME', 'EXPIRES', 'RIGHTS'],
      keys.map((key) => rowOf(key, now)),
      'no key',
    );
  return EXIT.done;
};

const isValid = (expiresAt = Infinity, now: number): boolean => expiresAt > now;

const expiryText = (expiresAt: number | undefined): string | null =>
  expiresAt === undefined ? null : new Date(expiresAt).toISOString();

const rowOf = ({ name, expiresAt, rights }: NamedKey, now: number): readonly string[] => [
  name,
  `${expiryText(expiresAt) ?? 'never'}${isValid(expiresAt, now) ? '' : ' (expired)'}`,
  rightsText(rights),
];

const withdrawCommand = (machine: Machine, exit: Exit): Command =>
  withFile(
    addYesOption(new Command('withdraw').description('removes a key from the keys file').argument('<name>')),
  )
    .addHelpText('after', KEYS_HELP)
    .action(async (name: string, options: WithdrawOptions) => exit(await withdraw(name, options, machine)));

const withdraw = async (name: string, options: WithdrawOptions, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const file = neededFile(options, machine);
  if (!options.yes) await confirmed(`Remove the key "${name}" from ${file}?`, machine);
  await removeKey(file, name, machine);
  printer.result({ name, file, withdrawn: true }, `withdrawn: ${name}`);
  printer.note(`${RELOAD}; it then ends the connections with this key.`);
  return EXIT.done;
};

const fileOf = ({ file }: FileOptions, { env, directory }: Machine): string | undefined => {
  const path = file ?? env.QUEUE_KEYS_FILE ?? '';
  return path === '' ? undefined : resolve(directory, path);
};

const neededFile = (options: FileOptions, machine: Machine): string => {
  const file = fileOf(options, machine);
  if (file !== undefined) return file;
  throw new CommandError(EXIT.usage, 'name the keys file: --file, or QUEUE_KEYS_FILE');
};
