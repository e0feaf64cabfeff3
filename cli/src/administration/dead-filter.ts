import type { DeadLetterFilter } from '@typed-queue/contracts';
import { FAILURE_CODE, letterCodes } from '@typed-queue/contracts/wire';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Machine } from '../machine.js';
import { timeOption } from '../output/time.js';
import { wholeNumber } from '../whole-number.js';

/** Which dead letters a command is about: those that match every option. */
export interface FilterOptions {
  readonly group?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly until?: string;
  readonly position?: readonly number[];
}

/** Which failures are declared, only the server knows. */
const letterCode = (text: string): string => {
  if (FAILURE_CODE.test(text)) return text;
  throw new InvalidArgumentError(
    'Write a code as "dead list" shows it: a lower-case letter, then at most 62 of a-z, 0-9, _.',
  );
};

/** Reads the position of a dead letter, as `dead list` shows it. */
export const position = wholeNumber('Write a position, as "dead list" shows it.');

const positions = (text: string, before: readonly number[] = []): readonly number[] => [
  ...before,
  position(text),
];

export const addFilterOptions = (command: Command): Command =>
  command
    .option('--group <group>', 'only of this group')
    .addOption(
      new Option('--code <code>', 'only with this code: of a declared failure, or without one')
        .choices(letterCodes)
        .argParser(letterCode),
    )
    .option('--reason <text>', 'only where the reason has this text')
    .option('--kind <reason>', 'only with this whole reason, its numbers and ids as #; "": without one')
    .option('--since <time>', 'dead-lettered then or later: a time, or how long ago (2h)')
    .option('--until <time>', 'dead-lettered before')
    .option('--position <n>', 'only this one; repeatable', positions);

/** @throws CommandError for a time that is none */
export const filterOf = (options: FilterOptions, { now }: Machine): DeadLetterFilter => {
  const { group, code, reason, kind, since, until, position: listed } = options;
  return {
    group,
    code,
    reason,
    kindReason: kind,
    since: timeOption('--since', since, now()),
    until: timeOption('--until', until, now()),
    positions: listed,
  };
};
