import type { Contract } from '@typed-queue/contracts';
import type { Admin } from '@typed-queue/queue-client';
import type { Command } from 'commander';
import { withClient } from '../connection/client.js';
import { readSettings } from '../connection/settings.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { Printer } from '../output/printer.js';
import type { ServerOptions } from '../server-options.js';

export interface OperatorOptions extends ServerOptions {
  /** Only of commands that ask. */
  readonly yes?: boolean;
}

/** Of commands that ask before they change something. */
export const addYesOption = (command: Command): Command =>
  command.option('-y, --yes', 'do not ask; needed where there is no terminal', false);

/** What a command asks of the server. */
export interface Operation {
  readonly admin: Admin<Contract>;
  readonly printer: Printer;
  readonly timeoutMs: number;
  /** See `Machine.stop`. */
  readonly stop: () => AbortSignal;
  /** Asks whether to go on. @throws CommandError unless the answer is yes */
  readonly confirm: (question: string) => Promise<void>;
}

/** Connects, and does what the command is for. */
export const operate = async (
  options: OperatorOptions,
  machine: Machine,
  run: (operation: Operation) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  if (options.yes === false) checkTerminal(machine);
  const settings = await readSettings(options, machine);
  const { timeoutMs } = settings;
  const confirm = (question: string): Promise<void> =>
    options.yes === true ? Promise.resolve() : confirmed(question, machine);
  return withClient(settings, machine, ({ admin }) =>
    run({ admin, printer, timeoutMs, stop: () => machine.stop(), confirm }),
  );
};

/** @throws CommandError where nobody can be asked */
const checkTerminal = ({ stdin, stderr }: Machine): void => {
  if (stdin.isTerminal && stderr.isTerminal === true) return;
  throw new CommandError(
    EXIT.usage,
    'it asks before it changes anything, and there is no terminal: say --yes',
  );
};

const YES = /^y(es)?$/i;

/** @throws CommandError unless the answer is yes */
export const confirmed = async (question: string, machine: Machine): Promise<void> => {
  checkTerminal(machine);
  const answer = await machine.ask(`${question} [y/N] `);
  if (answer !== undefined && YES.test(answer.trim())) return;
  const exitCode = answer === undefined ? EXIT.interrupted : EXIT.failed;
  throw new CommandError(exitCode, 'not confirmed: nothing was changed');
};
