import { isObject } from '../forms/json-object.js';

/** What a keyword asks for; `#` is its value. */
const TEXTS: Readonly<Record<string, string>> = {
  minimum: 'at least #',
  exclusiveMinimum: 'more than #',
  maximum: 'at most #',
  exclusiveMaximum: 'less than #',
  multipleOf: 'a multiple of #',
  minLength: 'length at least #',
  maxLength: 'length at most #',
  minItems: 'at least # items',
  maxItems: 'at most # items',
  minProperties: 'at least # fields',
  maxProperties: 'at most # fields',
  format: 'format #',
  pattern: 'matches #',
};

/** Of every integer that JSON can carry. */
const isOfAll = (value: unknown): boolean => Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

/** What a schema asks of a value beside its type. */
export const constraintsOf = (schema: unknown): readonly string[] => {
  if (!isObject(schema)) return [];
  const { uniqueItems, items, format, 'x-undecidable': undecidable } = schema;
  return [
    ...Object.entries(TEXTS)
      // A format says what its pattern means.
      .filter(([keyword]) => keyword in schema && !(keyword === 'pattern' && format !== undefined))
      .filter(([keyword]) => !isOfAll(schema[keyword]))
      // A replacement that is a function: `$` in a pattern means itself.
      .map(([keyword, text]) => text.replace('#', () => String(schema[keyword]))),
    ...(uniqueItems === true ? ['no item twice'] : []),
    ...constraintsOf(items).map((each) => `each ${each}`),
    ...(typeof undecidable === 'string' ? [`and more that only the server checks: ${undecidable}`] : []),
  ];
};
