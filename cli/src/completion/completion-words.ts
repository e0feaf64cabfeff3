import type { Command } from 'commander';

/** A word that may come next. */
export interface Word {
  readonly text: string;
  readonly description: string;
}

/** What may follow a command. */
export interface CommandWords {
  /** `groups list`; empty: the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

/** The words of a command and of all below it. */
export const wordsOf = (command: Command, path = ''): readonly CommandWords[] => [
  {
    path,
    commands: command.commands.map((each) => ({ text: each.name(), description: each.description() })),
    options: [...command.options.map(({ long, description }) => ({ text: long ?? '', description })), HELP],
  },
  ...command.commands.flatMap((each) => wordsOf(each, path === '' ? each.name() : `${path} ${each.name()}`)),
];

const HELP: Word = { text: '--help', description: 'display help for command' };
