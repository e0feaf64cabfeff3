import { messageOf } from '@typed-queue/program';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './contract/check-command.js';
import { exportCommand } from './contract/export-command.js';
import { CommandError, EXIT } from './exit-code.js';
import type { Machine } from './machine.js';

const HELP = `
Examples:
  $ typed-queue contract export --json-schema --out contract.json
  $ typed-queue contract check --against origin/main:contract.json

Exit codes: 0 done, or compatible  1 breaking  2 undecidable  64 wrong usage  66 unreadable input
            70 an error of typed-queue itself  73 unwritable output  78 a contract module ended it
`;

/**
 * Runs one command; what goes wrong is one line on `stderr`.
 * @returns the exit code
 */
export const runCommandLine = async (args: readonly string[], machine: Machine): Promise<number> => {
  let exitCode: number = EXIT.done;
  const program = commandLine(machine, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has printed what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    machine.stderr.write(`error: ${messageOf(error)}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.internal;
  }
};

const commandLine = (machine: Machine, exit: (code: number) => void): Command => {
  const program = new Command('typed-queue')
    .description('Works with the contracts of typed-queue.')
    .version(machine.version)
    .addHelpText('after', HELP)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => machine.stdout.write(text),
      writeErr: (text) => machine.stderr.write(text),
      // With its suggestion in the same line.
      outputError: (text, write) => write(text.replace('\n(', ' (')),
    });
  const contract = program
    .command('contract')
    .description('compares a contract with earlier exports of it, and exports it')
    .addHelpText('after', HELP);
  // Settings of commander are copied to a command that it makes, not to one that it is given.
  contract.addCommand(checkCommand(machine, exit).copyInheritedSettings(program));
  contract.addCommand(exportCommand(machine).copyInheritedSettings(program));
  return program;
};
