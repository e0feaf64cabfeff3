import { typeName } from './option-names.js';

type Say = (...found: readonly string[]) => string;

const counted = (count = '', one = ''): string => `${count} ${one}${count === '1' ? '' : 's'}`;

/** By keyword: what the validator's text is like, and the same in plain words. */
const WORDS: Readonly<Record<string, readonly [RegExp, Say]>> = {
  type: [/Expected (.*)\.$/s, (types = '') => `must be ${namesOf(types)}`],
  const: [/match (.*)\.$/s, (value) => `must be ${value}`],
  enum: [/any of \[(.*)\]\.$/s, (values = '') => `must be one of ${values.replaceAll(',', ', ')}`],
  anyOf: [/$/, () => 'matches none of its variants'],
  oneOf: [/$/, () => 'does not match exactly one of its variants'],
  minLength: [/< (\d+)\)/, (count) => `must have at least ${counted(count, 'character')}`],
  maxLength: [/> (\d+)\)/, (count) => `must have at most ${counted(count, 'character')}`],
  minItems: [/< (\d+)\)/, (count) => `must have at least ${counted(count, 'item')}`],
  maxItems: [/> (\d+)\)/, (count) => `must have at most ${counted(count, 'item')}`],
  uniqueItems: [/$/, () => 'must not have the same item twice'],
  minimum: [/than (.*)\.$/, (least) => `must be at least ${least}`],
  maximum: [/than (.*)\.$/, (most) => `must be at most ${most}`],
  exclusiveMinimum: [/than (.*)\.$/, (limit) => `must be more than ${limit}`],
  exclusiveMaximum: [/to (.*)\.$/, (limit) => `must be less than ${limit}`],
  multipleOf: [/multiple of (.*)\.$/, (step) => `must be a multiple of ${step}`],
  pattern: [/$/, () => 'is not written as it must be (it does not match the pattern of this field)'],
  format: [/format "(.*)"\.$/, (format) => `must be written as ${format}`],
  propertyNames: [/name "(.*)" does/s, (name) => `must not have a field of the name ${name}`],
  false: [/$/, () => 'is not a field of this event'],
};

/** Of types as the validator writes them: "number", "null". */
const namesOf = (types: string): string => types.replaceAll('"', '').split(', ').map(typeName).join(' or ');

/** What a validator found wrong, in plain words. */
export const issueText = (keyword: string, error: string): string => {
  const [pattern, say] = Object.hasOwn(WORDS, keyword) ? (WORDS[keyword] ?? []) : [];
  const found = pattern?.exec(error);
  return found && say ? say(...found.slice(1)) : error;
};
