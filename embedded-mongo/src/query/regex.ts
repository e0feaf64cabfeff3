import { BSONRegExp } from 'bson';
import { CommandError } from '../errors.js';

const OPTIONS = /^[imsu]*$/;

/**
 * The expression of a filter: a value or `$regex` with `$options`. `u` is implied in MongoDB and left out.
 * @throws CommandError `BadValue`
 */
export const regexOf = (pattern: unknown, options?: unknown): RegExp => {
  const [source, flags]: readonly unknown[] =
    pattern instanceof BSONRegExp ? [pattern.pattern, options ?? pattern.options] : [pattern, options ?? ''];
  if (typeof source !== 'string') throw new CommandError('BadValue', '$regex has to be a string');
  if (typeof flags !== 'string') throw new CommandError('BadValue', '$options has to be a string');
  if (!OPTIONS.test(flags)) {
    throw new CommandError('BadValue', `the regex options "${flags}" are not supported: allowed are i, m, s`);
  }
  try {
    return new RegExp(source, flags.replace('u', ''));
  } catch (error) {
    throw new CommandError('BadValue', `Regular expression is invalid: ${String(error)}`);
  }
};
