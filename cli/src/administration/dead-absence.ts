import type { DeadLetterFilter } from '@typed-queue/contracts';
import { letterCodes } from '@typed-queue/contracts/wire';
import { CommandError, EXIT } from '../exit-code.js';
import type { Operation } from './operation.js';

const FIXED: readonly string[] = letterCodes;

/**
 * For a filter that no dead letter matches.
 * @throws CommandError when it names a position, or a group or code that is not there: it may be misspelled
 */
export const checkNamed = async (
  queue: string,
  { group, code, positions = [] }: DeadLetterFilter,
  operation: Operation,
): Promise<void> => {
  if (group !== undefined) await checkGroup(queue, group, operation);
  if (code !== undefined && !FIXED.includes(code)) await checkCode(queue, code, operation);
  if (positions.length === 0) return;
  throw new CommandError(
    EXIT.notFound,
    `${queue} has no such dead letter at position ${positions.join(', ')}; "typed-queue dead list ${queue}" lists them`,
  );
};

const checkGroup = async (queue: string, group: string, { admin, timeoutMs }: Operation): Promise<void> => {
  const groups = await admin.groups(queue, { timeoutMs });
  if (groups.some((each) => each.group === group)) return;
  throw new CommandError(
    EXIT.notFound,
    `${queue} has no group "${group}", and no dead letter of it; "typed-queue groups list ${queue}" lists them`,
  );
};

const checkCode = async (queue: string, code: string, { admin, timeoutMs }: Operation): Promise<void> => {
  const { failures } = await admin.describe(queue, { timeoutMs });
  const declared = new Set(Object.values(failures).flatMap((codes) => Object.keys(codes)));
  if (declared.has(code)) return;
  const known = declared.size === 0 ? 'it declares none' : `it declares ${[...declared].join(', ')}`;
  throw new CommandError(
    EXIT.notFound,
    `${queue} declares no failure "${code}", and no dead letter matches; ${known}`,
  );
};
