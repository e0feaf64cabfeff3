import { isObject, type JsonObject } from './json-object.js';
import { AS_JSON, withJsonParts } from './json-parts.js';
import { NULLABLE } from './nullable.js';
import { isSimple, listOf, mapParts } from './schema-parts.js';

/**
 * A schema as forms show it; it does not validate. What may be null is marked, constants that are required are
 * defaults, and what has no field of its own is marked to be written as JSON.
 */
export const formSchema = (schema: JsonObject): JsonObject =>
  withJsonParts(shownPart(withoutDialect(schema), true));

/** Of the dialect 2020-12, rjsf takes each member `$ref` for a reference, also that of a field of this name. */
const withoutDialect = ({ $schema: _, ...schema }: JsonObject): JsonObject => schema;

const shownPart = (whole: JsonObject, isRequired: boolean): JsonObject => {
  const part = asTuple(asChoice(asUnion(withoutNull(whole))));
  const required = listOf(part.required);
  return {
    ...mapParts(part, (inner, keyword, name) =>
      shownPart(inner, keyword === 'properties' ? required.includes(name) : !DEFINITIONS.includes(keyword)),
    ),
    ...('const' in part && isRequired && { default: part.const }),
  };
};

const DEFINITIONS = ['$defs', 'definitions'];

const isNull = (part: unknown): boolean => isObject(part) && (part.type === 'null' || part.const === null);

const withoutNull = (part: JsonObject): JsonObject => {
  const { type } = part;
  if (Array.isArray(type) && type.includes('null')) {
    const others = type.filter((name) => name !== 'null');
    return { ...part, type: others.length === 1 ? others[0] : others, [NULLABLE]: true };
  }
  const union = (['anyOf', 'oneOf'] as const).find((name) => listOf(part[name]).some(isNull));
  return union === undefined ? part : unionWithoutNull(part, union);
};

const unionWithoutNull = (part: JsonObject, union: 'anyOf' | 'oneOf'): JsonObject => {
  const { [union]: variants, ...rest } = part;
  const others = listOf(variants).filter((variant) => !isNull(variant));
  const [only] = others;
  const shown = others.length === 1 && isObject(only) ? only : { [union]: others };
  return { ...shown, ...rest, [NULLABLE]: true };
};

/** Of types: each is a variant. */
const asUnion = ({ type, ...part }: JsonObject): JsonObject =>
  Array.isArray(type) && !('enum' in part)
    ? { ...part, anyOf: type.map((each: unknown) => ({ type: each })) }
    : { ...(type !== undefined && { type }), ...part };

/** Variants that are constants are one choice, and none of them is made in advance. */
const asChoice = (part: JsonObject): JsonObject => {
  const union = (['anyOf', 'oneOf'] as const).find((name) => listOf(part[name]).length > 0);
  if (union === undefined) return part;
  const { [union]: variants, ...rest } = part;
  const constants = listOf(variants).flatMap((variant) => (isBareConstant(variant) ? [variant] : []));
  if (constants.length < listOf(variants).length) return part;
  const types = new Set(constants.map(({ type }) => type));
  return {
    ...rest,
    ...(types.size === 1 && { type: constants[0]?.type }),
    enum: constants.map((constant) => constant.const),
  };
};

const isBareConstant = (part: unknown): part is JsonObject =>
  isObject(part) &&
  isSimple(part.const) &&
  Object.keys(part).every((keyword) => keyword === 'const' || keyword === 'type');

/** As rjsf knows tuples; what is too much is shown, so that it can be removed. */
const asTuple = ({ prefixItems, ...part }: JsonObject): JsonObject => {
  if (!Array.isArray(prefixItems)) return part;
  const { items: rest = {} } = part;
  return {
    ...part,
    items: prefixItems,
    additionalItems: isObject(rest) ? rest : { [AS_JSON]: true },
    ...(rest === false && { maxItems: prefixItems.length }),
  };
};
