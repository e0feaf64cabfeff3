import type { Command, Option } from 'commander';

/** A word that may come next. */
export interface Word {
  readonly text: string;
  readonly description: string;
  /** Of an option that takes one of them. */
  readonly values?: readonly string[] | undefined;
}

/** What may follow a command. */
export interface CommandWords {
  /** `groups list`; empty: the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
  /** Of its arguments, where they are one of several. */
  readonly values: readonly string[];
}

/** The words of a command and of all below it. */
export const wordsOf = (command: Command, path = ''): readonly CommandWords[] => [
  {
    path,
    commands: command.commands.map((each) => ({ text: each.name(), description: each.description() })),
    options: [...command.options.map(optionOf), HELP],
    values: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  },
  ...command.commands.flatMap((each) => wordsOf(each, path === '' ? each.name() : `${path} ${each.name()}`)),
];

const optionOf = ({ long, description, argChoices }: Option): Word => ({
  text: long ?? '',
  description,
  values: argChoices,
});

const HELP: Word = { text: '--help', description: 'display help for command' };
