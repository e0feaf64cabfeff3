import { isObject, type JsonObject } from './json-object.js';

/** Keywords of JSON Schema that hold schemas: by name, in lists, or one. */
const HOLDERS = [
  ...['$defs', 'definitions', 'properties'],
  ...['anyOf', 'oneOf', 'allOf'],
  ...['items', 'additionalItems', 'additionalProperties'],
];

type Change = (part: JsonObject, keyword: string, name: string) => JsonObject;

/** A schema with each schema directly inside it changed. */
export const mapParts = (schema: JsonObject, change: Change): JsonObject => ({
  ...schema,
  ...Object.fromEntries(
    HOLDERS.filter((keyword) => keyword in schema).map((keyword) => [
      keyword,
      changed(schema[keyword], keyword, change),
    ]),
  ),
});

const changed = (held: unknown, keyword: string, change: Change): unknown => {
  const one = (part: unknown, name: string): unknown => (isObject(part) ? change(part, keyword, name) : part);
  if (Array.isArray(held)) return held.map((part, index) => one(part, String(index)));
  const isByName = keyword === '$defs' || keyword === 'definitions' || keyword === 'properties';
  if (!isByName || !isObject(held)) return one(held, '');
  return Object.fromEntries(Object.entries(held).map(([name, part]) => [name, one(part, name)]));
};

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Types of what one input holds. */
export const SIMPLE: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];

export const isSimple = (value: unknown): boolean => SIMPLE.includes(typeof value);

export const isUnion = ({ anyOf, oneOf }: JsonObject): boolean => anyOf !== undefined || oneOf !== undefined;
