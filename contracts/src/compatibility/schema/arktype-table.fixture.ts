import { scope, type } from 'arktype';
import type { PayloadSchema } from '../../payload-schema.js';

// Safe: arktype refuses a wrong definition.
const arktype = (definition: unknown): PayloadSchema => type(definition as never);

const KEYWORDS = [
  ...['string', 'number', 'boolean', 'null', 'undefined', 'unknown', 'never', 'object', 'bigint', 'symbol'],
  ...['Array', 'Date', 'Function', 'true', '"a"', '1', '1n', 'object.json', 'unknown[]', 'never[]', '0[]'],
  ...['number.Infinity', 'number.NegativeInfinity', 'number.NaN', 'number.safe', 'number.integer'],
  ...['number.epoch', 'number % 2', 'number % -3', '1 < number <= 3', 'number >= 2', 'number < 0'],
  ...['string >= 2', 'string <= 1', 'string == 2', 'string < 3', '1 < string < 4', 'string > 0'],
  ...['string[]', 'string[] >= 2', 'string[] == 1', '(string | number)[]', '"a"[] < 2', 'string | string[]'],
  ...[
    '"a" | 1',
    '"a" | "b" | null',
    'null | string',
    'string | undefined',
    '"😀" | "a"',
    '1 | number.Infinity',
  ],
  ...[
    'string.alpha',
    'string.digits',
    'string.hex',
    'string.email',
    'string.uuid',
    'string.url',
    'string.ip',
  ],
  ...['string.date', 'string.date.iso', 'string.integer', 'string.numeric', 'string.json', 'string.regex'],
  ...['string.lower.preformatted', 'string.trim', 'string.trim.preformatted', 'string.numeric.parse'],
  ...['string.lower', 'string.normalize', 'string.semver', 'string.base64', 'string.creditCard'],
  ...[
    '/^a/',
    '/^a/ & /b$/',
    'string.alpha & string.hex',
    'Record<string, number>',
    'Record<string, unknown>',
  ],
];

const OBJECTS: readonly Readonly<Record<string, unknown>>[] = [
  { '[string]': 'number' },
  { '[string]': 'unknown' },
  { '[string]': 'number', a: '1 | 2' },
  { '[string]': 'string >= 2', 'a?': 'string <= 2' },
  { '[string <= 1]': 'number' },
  { '[string >= 2]': 'number' },
  { '[string == 1]': 'number', 'a?': 'string' },
  { '[/^a/]': 'number' },
  { '[/^a/]': 'number', 'ab?': '1' },
  { '[/^a/ & /b$/]': 'number' },
  { '[/^a/ | /^b/]': 'number' },
  { '[/^a/ | string <= 1]': 'number' },
  { '[string.alpha]': 'number' },
  { '[string.email]': 'number' },
  { '[string.url]': 'number' },
  { '[symbol]': 'number' },
  { '[string | symbol]': 'number' },
  { '[string]': 'number', '[/^a/]': '1' },
  { '[string >= 2]': 'number', '[/^a/]': '1' },
  { a: 'number', [Symbol('a symbol')]: 'number' },
  { a: 'number', [Symbol('another symbol')]: 'number = 1' },
  { 'a?': 'number' },
  { 'a?': 'number | undefined' },
  { a: 'undefined' },
  { a: 'number = 1' },
  { a: 'string.trim' },
  { 'toString?': 'string' },
  { toString: 'unknown' },
  { ['__proto__']: 'string' },
  { a: { '[string <= 1]': 'number' } },
  { a: { '[string]': 'number' }, 'b?': ['string', '...', 'number[]', 'boolean'] },
];

const LISTS: readonly unknown[] = [
  ['string'],
  ['string', 'number?'],
  ['string', 'number = 1'],
  ['string', '...', 'number[]'],
  ['string', '...', 'number[]', 'boolean'],
  ['...', 'string[]', 'number'],
  ['...', 'string[]', 'number', 'number'],
  [{ '[string <= 1]': 'number' }, '[]'],
  [['string', '|', 'number'], '[]'],
];

const REFINED: Readonly<Record<string, () => PayloadSchema>> = {
  'a narrowed type': () => type('string').narrow((text) => text !== 'a'),
  'a narrowed object': () => type('object').narrow((value) => !('a' in value)),
  'a type narrowed twice': () =>
    type({
      'a?': type('string')
        .narrow((text) => text !== 'a')
        .narrow((text) => text !== 'b'),
    }),
  'a pipe': () => type('string').pipe((text) => text.trim()),
  'a pipe to a type': () => type('string').to("'a' | 'b'"),
  'a list that is piped': () => type('string[]').pipe((list) => list),
  'a list with a field': () => type('string[]').and({ a: 'string' }),
  'a described type': () => type('string').describe('d').brand('b'),
  'keywords as metadata': () => type('string').configure({ minLength: 2 } as never),
  'a format as metadata': () => type('string').configure({ format: 'email' }),
  'keywords as metadata of a field': () =>
    type({ 'a?': type('string').configure({ pattern: '^b' } as never) }),
  'flags of an expression': () => type(/^a/i),
  'flags of the expression of a key': () => type({ 'b?': type({ 'a?': type(/^a/i) }) }),
  'an infinite number': () => type.unit(Infinity),
  'an infinite number among others': () => type.enumerated(1, -Infinity),
  'a bound that is infinite': () => type('number').atMost(-Infinity),
  'an instance': () => type.instanceOf(Map),
  'an object by reference': () => type.unit({ a: 1 }),
  'a type that excludes others': () => type('string | number').exclude('number'),
  'a partial object': () => type({ a: 'string' }).partial(),
  'an object of which a field is picked': () => type({ a: 'string', b: 'number' }).pick('a'),
  'keys of an object': () => type({ a: 'string', b: 'number' }).keyof(),
  'alternatives of objects': () => type({ '+': 'reject', a: 'string' }).or({ '+': 'reject', b: 'number' }),
  'an intersection of objects': () => type({ a: 'string' }).and({ '[string <= 1]': 'string' }),
  'a tree': () => scope({ tree: { 'a?': 'tree[]', 'b?': 'string' } }).export().tree,
  'a tree with bounded keys, behind another type': () =>
    scope({
      root: { 'b?': 'tree' },
      tree: { 'a?': 'tree[]', '[string <= 1]': 'unknown', 'c?': 'leaf' },
      leaf: { '+': 'reject', '[string <= 1]': 'number', 'b?': 'root' },
    }).export().root,
};

/** Every form that arktype has for what may be a payload, by its text. */
export const ARKTYPES: readonly (readonly [string, () => PayloadSchema])[] = [
  ...KEYWORDS.map((keyword) => [keyword, () => arktype(keyword)] as const),
  ...OBJECTS.flatMap((members) =>
    ['ignore', 'reject', 'delete'].map((undeclared) => {
      const name = `${Object.keys(members).join(', ')} (${undeclared}) ${JSON.stringify(members)}`;
      return [name, () => arktype({ '+': undeclared, ...members })] as const;
    }),
  ),
  ...LISTS.map((list) => [JSON.stringify(list), () => arktype(list)] as const),
  ...Object.entries(REFINED),
];
