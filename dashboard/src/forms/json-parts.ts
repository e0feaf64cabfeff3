import { isObject, type JsonObject } from './json-object.js';
import { NULLABLE } from './nullable.js';
import { isSimple, listOf, mapParts, SIMPLE } from './schema-parts.js';

/** Marks a part of a schema that no field shows: it is written as JSON. */
export const AS_JSON = 'x-json';

/** Keywords of JSON Schema for which a form has no field. */
const UNSHOWN = ['not', 'if', 'patternProperties', 'dependentSchemas', 'dependentRequired'];

/** Whether a form can edit every payload of a schema of `formSchema`. */
export const hasFields = (schema: JsonObject): boolean =>
  schema[NULLABLE] !== true && isShown(schema, schema);

/** The schema of a form, in which the smallest parts that it cannot show are marked. */
export const withJsonParts = (root: JsonObject): JsonObject => withJsonFields(root, root);

/** A union is shown with all its variants or not at all. */
const NO_FIELDS = ['$defs', 'definitions', 'anyOf', 'oneOf', 'allOf'];

const withJsonFields = (part: JsonObject, root: JsonObject): JsonObject =>
  mapParts(part, (inner, keyword) =>
    NO_FIELDS.includes(keyword) ? withJsonFields(inner, root) : asField(inner, root),
  );

const asField = (part: JsonObject, root: JsonObject): JsonObject => {
  if (isShown(part, root)) return withJsonFields(part, root);
  const { title, description } = part;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    // Entries of records keep the marks of what has a type.
    type: [...SIMPLE, 'array', 'object', 'null'],
    [AS_JSON]: true,
  };
};

/** Whether there is a field for a part; each part inside has its own, or is JSON. */
const isShown = (part: unknown, root: JsonObject, seen: ReadonlySet<string> = new Set()): boolean => {
  if (!isObject(part) || UNSHOWN.some((keyword) => keyword in part)) return false;
  const { $ref, anyOf, oneOf, allOf, type, properties } = part;
  if (typeof $ref === 'string') {
    const whole = resolved($ref, root);
    return !seen.has($ref) && !isAnyJson(whole, $ref) && isShown(whole, root, new Set([...seen, $ref]));
  }
  if ('const' in part) return isSimple(part.const);
  if (Array.isArray(part.enum)) return part.enum.every(isSimple);
  const parts = [...listOf(anyOf), ...listOf(oneOf), ...listOf(allOf)];
  if (parts.length > 0) return parts.every((inner) => isShown(inner, root, seen));
  if (type === 'array') return isObject(part.items) || Array.isArray(part.items);
  if (isObject(properties)) return true;
  if (type === 'object') return isObject(part.additionalProperties);
  return SIMPLE.includes(type);
};

/** A union that has lists or records of itself has a value of any shape. */
const isAnyJson = (part: unknown, $ref: string): boolean =>
  isObject(part) &&
  [...listOf(part.anyOf), ...listOf(part.oneOf)].some(
    (variant) =>
      isObject(variant) &&
      [variant.items, variant.additionalProperties].some((inner) => isObject(inner) && inner.$ref === $ref),
  );

/** Of a reference as schemas of zod have them. */
const resolved = ($ref: string, root: JsonObject): unknown => {
  if ($ref === '#') return root;
  const name = /^#\/\$defs\/([^/]+)$/.exec($ref)?.[1];
  return name !== undefined && isObject(root.$defs) ? root.$defs[name] : undefined;
};
