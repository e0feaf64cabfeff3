import { LENGTH_UNIT } from '../json.js';

/** Keywords that say something about values of one type. */
const OF_TYPES: ReadonlySet<string> = new Set([
  ...['minLength', 'maxLength', LENGTH_UNIT, 'pattern'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  ...['properties', 'required', 'additionalProperties', 'propertyNames', 'minProperties', 'maxProperties'],
]);

const OF_ALL: ReadonlySet<string> = new Set([
  ...['type', 'const', 'enum', 'format', '$ref', 'allOf', 'anyOf', 'oneOf'],
]);

/** They restrict values as well, in ways that are not compared. */
const UNREAD: ReadonlySet<string> = new Set([
  ...[
    'patternProperties',
    'unevaluatedProperties',
    'unevaluatedItems',
    'dependentRequired',
    'dependentSchemas',
  ],
  ...['dependencies', 'contains', 'minContains', 'maxContains', 'additionalItems'],
  ...['if', 'then', 'else', 'not', '$dynamicRef', '$recursiveRef'],
]);

export const isTypeKeyword = (keyword: string): boolean => OF_TYPES.has(keyword);
export const isUnread = (keyword: string): boolean => UNREAD.has(keyword);

/** Whether a keyword restricts values; every other one only describes them. */
const isRestricting = (keyword: string): boolean =>
  OF_TYPES.has(keyword) || OF_ALL.has(keyword) || UNREAD.has(keyword);

/** What is wrong with metadata that claim to restrict values: the library checks nothing of it. */
export const undecidableMetadata = (metadata: unknown): string | undefined => {
  const keyword = Object.keys(Object(metadata) as object).find(isRestricting);
  return keyword === undefined ? undefined : `the keyword ${keyword} in its metadata, which is not checked`;
};
