import { isObject } from './schema-node.js';

/** What a bound is called. */
const NAMES: Readonly<Record<string, string>> = {
  minimum: 'at least',
  exclusiveMinimum: 'more than',
  maximum: 'at most',
  exclusiveMaximum: 'less than',
  multipleOf: 'a multiple of',
  minLength: 'characters at least',
  maxLength: 'characters at most',
  minItems: 'items at least',
  maxItems: 'items at most',
  minProperties: 'fields at least',
  maxProperties: 'fields at most',
  format: 'format',
  pattern: 'matches',
};

/** What a schema asks of a value beside its type. */
export const constraintsOf = (schema: unknown): readonly string[] => {
  if (!isObject(schema)) return [];
  const { uniqueItems, items, format, 'x-undecidable': undecidable } = schema;
  return [
    ...Object.entries(NAMES)
      // A format says what its pattern means.
      .filter(([keyword]) => keyword in schema && !(keyword === 'pattern' && format !== undefined))
      .map(([keyword, name]) => `${name} ${String(schema[keyword])}`),
    ...(uniqueItems === true ? ['no item twice'] : []),
    ...constraintsOf(items).map((each) => `each ${each}`),
    ...(undecidable === undefined ? [] : [`and more that only the server checks: ${String(undecidable)}`]),
  ];
};
