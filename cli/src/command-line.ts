import { messageOf } from '@typed-queue/program';
import { Command, CommanderError, Help } from 'commander';
import { deadCommands, DEAD_HELP } from './administration/dead-commands.js';
import { groupCommands, GROUPS_HELP } from './administration/groups-commands.js';
import { healthCommand } from './administration/health-command.js';
import { purgeCommand } from './administration/purge-command.js';
import { queuesCommand } from './administration/queues-command.js';
import { scheduledCommands, SCHEDULED_HELP } from './administration/scheduled-commands.js';
import { schedulesCommands, SCHEDULES_HELP } from './administration/schedules-commands.js';
import { backupCommand } from './backup/backup-command.js';
import { restoreCommand } from './backup/restore-command.js';
import { benchCommand } from './bench/bench-command.js';
import { checkCommand } from './contract/check-command.js';
import { exportCommand } from './contract/export-command.js';
import { completionCommand } from './completion/completion-command.js';
import { CommandError, EXIT, EXIT_CODES, type ExitCode } from './exit-code.js';
import { keysCommands, KEYS_HELP } from './keys/keys-commands.js';
import { tokenCommands, TOKEN_HELP } from './keys/token-commands.js';
import type { Machine } from './machine.js';
import { pubCommand } from './publishing/pub-command.js';
import { devCommand } from './serving/dev-command.js';
import { serveCommand } from './serving/serve-command.js';
import { tailCommand } from './tailing/tail-command.js';

const CONTRACT_HELP = `
Examples:
  $ typed-queue contract export --json-schema --out contract.json
  $ typed-queue contract check --against origin/main:contract.json
`;

const HELP = `
Examples:
  $ typed-queue pub orders placed '{"id":"o-1","total":42}'
  $ typed-queue tail orders --from 2h --event cancelled
  $ typed-queue contract check --against origin/main:contract.json
${EXIT_CODES}`;

/**
 * Runs one command; what goes wrong is one line on `stderr`.
 * @returns the exit code
 */
export const runCommandLine = async (args: readonly string[], machine: Machine): Promise<number> => {
  let exitCode: ExitCode = EXIT.done;
  const program = commandLine(machine, (code) => {
    exitCode = code;
  });
  try {
    const usage = await parse(program, args);
    if (machine.outputClosed.reason instanceof CommandError) throw machine.outputClosed.reason;
    return usage ?? exitCode;
  } catch (error) {
    machine.stderr.write(`error: ${messageOf(error)}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.internal;
  }
};

/** commander would print all of the help for `help pubb`, and not what is wrong. */
const isUnknownHelp = ({ commands }: Command, [help, name]: readonly string[]): boolean =>
  help === 'help' &&
  name !== undefined &&
  name !== help &&
  !name.startsWith('-') &&
  !commands.some((command) => command.name() === name);

/** @returns an exit code where commander has printed the help, or what is wrong with the arguments */
const parse = async (program: Command, args: readonly string[]): Promise<ExitCode | undefined> => {
  try {
    await program.parseAsync(isUnknownHelp(program, args) ? args.slice(1) : [...args], { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
};

const plainHelp = new Help();

const commandLine = (machine: Machine, exit: (code: ExitCode) => void): Command => {
  const program = new Command('typed-queue')
    .description('Operates a queue server of typed-queue, and works with its contracts.')
    .version(machine.version)
    .addHelpText('after', HELP)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({
      // Of a flag it is no news.
      optionDescription: (option) => plainHelp.optionDescription(option).replace(' (default: false)', ''),
    })
    .configureOutput({
      writeOut: (text) => machine.stdout.write(text),
      writeErr: (text) => machine.stderr.write(text),
      // With its suggestion in the same line.
      outputError: (text, write) => write(text.replace('\n(', ' (')),
    });
  addCommands(program, machine, exit);
  return program;
};

const addCommands = (program: Command, machine: Machine, exit: (code: ExitCode) => void): void => {
  const group = (name: string, description: string, help: string): Command =>
    program.command(name).description(description).addHelpText('after', help);
  addAll(program, [pubCommand(machine, exit), tailCommand(machine, exit), queuesCommand(machine, exit)]);
  const groups = group('groups', 'lists, moves, pauses, resumes and deletes groups', GROUPS_HELP);
  addAll(groups, groupCommands(machine, exit), 'list');
  const dead = group('dead', 'lists, shows, redrives and discards dead letters', DEAD_HELP);
  addAll(dead, deadCommands(machine, exit));
  const scheduled = group('scheduled', 'lists, shows and cancels messages that wait', SCHEDULED_HELP);
  addAll(scheduled, scheduledCommands(machine, exit));
  const schedules = group('schedules', 'lists, makes and deletes schedules', SCHEDULES_HELP);
  addAll(schedules, schedulesCommands(machine, exit));
  addAll(program, [purgeCommand(machine, exit), healthCommand(machine, exit)]);
  addAll(
    group('keys', 'makes, lists and withdraws keys of a keys file', KEYS_HELP),
    keysCommands(machine, exit),
  );
  addAll(group('token', 'makes and shows JSON Web Tokens', TOKEN_HELP), tokenCommands(machine, exit));
  addAll(program, [backupCommand(machine, exit), restoreCommand(machine, exit)]);
  addAll(program, [benchCommand(machine, exit)]);
  addAll(program, [serveCommand(machine, exit), devCommand(machine, exit)]);
  const contract = group(
    'contract',
    'compares a contract with earlier exports of it, and exports it',
    CONTRACT_HELP + EXIT_CODES,
  );
  addAll(contract, [checkCommand(machine, exit), exportCommand(machine)]);
  addAll(program, [completionCommand(program, machine)]);
};

/** `defaultName`: what the parent does without a command of its own. */
const addAll = (parent: Command, commands: readonly Command[], defaultName?: string): void => {
  for (const command of commands) {
    // Settings of commander are copied to a command that it makes, not to one that it is given.
    const isDefault = command.name() === defaultName;
    // The default command gets the arguments of a misspelled one, and says so itself.
    parent.addCommand(command.copyInheritedSettings(parent).allowExcessArguments(isDefault), { isDefault });
  }
};
