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

/** What one expression may take in a command, instructions times characters: it blocks the server for about a second. */
const MAX_STEPS = 200_000_000;

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
 * The test of a filter's expression: a value, or `$regex` with `$options`. RE2 runs in time linear to the text; what it
 * lacks (look-around, back-references) is refused.
 * @throws CommandError `BadValue`, `Location51091`; the test `Location51156` when it takes too long
 */
export const regexTest = (pattern: unknown, options?: unknown): ((text: string) => boolean) => {
  const [source, flags]: readonly unknown[] =
    pattern instanceof BSONRegExp ? [pattern.pattern, options ?? pattern.options] : [pattern, options ?? ''];
  if (typeof source !== 'string') throw new CommandError('BadValue', '$regex has to be a string');
  if (typeof flags !== 'string') throw new CommandError('BadValue', '$options has to be a string');
  const compiled = compile(source, flagsOf(flags));
  const instructions = compiled.programSize();
  let steps = 0;
  return (text) => {
    steps += instructions * text.length;
    if (steps <= MAX_STEPS) return compiled.test(text);
    throw new CommandError(
      'Location51156',
      `Error occurred while executing the regular expression: match limit exceeded. embedded-mongo allows ${MAX_STEPS} steps in a command; it has ${instructions} instructions, and each is a step for each character`,
    );
  };
};

const compile = (source: string, flags: number): RE2JS => {
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    throw new CommandError('Location51091', `Regular expression is invalid: ${String(error)}`);
  }
};
