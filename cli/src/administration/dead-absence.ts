import type { DeadLetterFilter } from '@typed-queue/contracts';
import { CommandError, EXIT } from '../exit-code.js';
import type { Operation } from './operation.js';

/**
 * For a filter that no dead letter matches.
 * @throws CommandError when it names a position, or a group that is not there: it may be misspelled
 */
export const checkNamed = async (
  queue: string,
  { group, positions = [] }: DeadLetterFilter,
  { admin, timeoutMs }: Operation,
): Promise<void> => {
  if (group !== undefined) {
    const groups = await admin.groups(queue, { timeoutMs });
    if (!groups.some((each) => each.group === group))
      throw new CommandError(
        EXIT.notFound,
        `${queue} has no group "${group}", and no dead letter of it; "typed-queue groups list ${queue}" lists them`,
      );
  }
  if (positions.length === 0) return;
  throw new CommandError(
    EXIT.notFound,
    `${queue} has no such dead letter at position ${positions.join(', ')}; "typed-queue dead list ${queue}" lists them`,
  );
};
