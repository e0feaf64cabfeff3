import { BSONRegExp } from 'bson';
import { RE2JS } from 're2js';
import { CommandError } from '../errors.js';

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
  // Implied.
  u: 0,
};

const flagsOf = (options: string): number =>
  options.split('').reduce((flags, option) => {
    const flag = FLAGS[option];
    if (flag !== undefined) return flags | flag;
    throw new CommandError(
      'BadValue',
      `the regex options "${options}" are not supported: allowed are i, m, s, u`,
    );
  }, 0);

/**
 * The test of a filter's expression: a value, or `$regex` with `$options`. It is RE2's, whose time grows with the text
 * alone; what it lacks (look-around, back-references) is refused.
 * @throws CommandError `BadValue`, `Location51091`
 */
export const regexTest = (pattern: unknown, options?: unknown): ((text: string) => boolean) => {
  const [source, flags]: readonly unknown[] =
    pattern instanceof BSONRegExp ? [pattern.pattern, options ?? pattern.options] : [pattern, options ?? ''];
  if (typeof source !== 'string') throw new CommandError('BadValue', '$regex has to be a string');
  if (typeof flags !== 'string') throw new CommandError('BadValue', '$options has to be a string');
  const combined = flagsOf(flags);
  try {
    const compiled = RE2JS.compile(source, combined);
    return (text) => compiled.test(text);
  } catch (error) {
    throw new CommandError('Location51091', `Regular expression is invalid: ${String(error)}`);
  }
};
