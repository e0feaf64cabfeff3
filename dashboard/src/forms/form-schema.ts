import { isObject, type JsonObject } from './json-object.js';

/** Marks a part of a schema that also allows null: its fields do not, and a button beside them sets it. */
export const NULLABLE = 'x-nullable';

type Schema = Record<string, unknown>;

/**
 * A schema as forms show it; it does not validate. What may be null is marked, and constants that are required are
 * defaults.
 */
export const formSchema = (schema: JsonObject): JsonObject => shownPart(schema, true);

const shownPart = (whole: JsonObject, isRequired: boolean): JsonObject => {
  const part = asChoice(withoutNull(whole));
  const required: readonly unknown[] = Array.isArray(part.required) ? part.required : [];
  return {
    ...part,
    ...('const' in part && isRequired && { default: part.const }),
    ...each(part, ['$defs', 'definitions'], (value) => shownIn(value, () => false)),
    ...each(part, ['properties'], (value) => shownIn(value, (name) => required.includes(name))),
    ...each(part, ['items', 'additionalProperties'], (value) =>
      isObject(value) ? shownPart(value, true) : value,
    ),
    ...each(part, ['anyOf', 'oneOf', 'allOf'], shownList),
  };
};

const each = (part: JsonObject, keywords: readonly string[], change: (value: unknown) => unknown): Schema =>
  Object.fromEntries(keywords.filter((name) => name in part).map((name) => [name, change(part[name])]));

const shownIn = (parts: unknown, isRequired: (name: string) => boolean): unknown =>
  isObject(parts)
    ? Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [
          name,
          isObject(part) ? shownPart(part, isRequired(name)) : part,
        ]),
      )
    : parts;

const shownList = (parts: unknown): unknown =>
  Array.isArray(parts)
    ? parts.map((part: unknown) => (isObject(part) ? shownPart(part, true) : part))
    : parts;

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

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Keywords of JSON Schema for which a form has no field. */
const UNSHOWN = ['prefixItems', 'not', 'if', 'patternProperties', 'dependentSchemas', 'dependentRequired'];
const SIMPLE: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];

/** Whether fields can edit every payload of a schema of `formSchema`. */
export const hasFields = (schema: JsonObject): boolean =>
  schema[NULLABLE] !== true && isShown(schema, schema, new Set());

const isShown = (part: unknown, root: JsonObject, seen: ReadonlySet<string>): boolean => {
  if (!isObject(part) || UNSHOWN.some((keyword) => keyword in part)) return false;
  const { $ref, anyOf, oneOf, allOf, type } = part;
  const within = (inner: unknown): boolean => isShown(inner, root, seen);
  if (typeof $ref === 'string')
    return seen.has($ref) || isShown(resolved($ref, root), root, new Set([...seen, $ref]));
  if ('const' in part) return isSimple(part.const);
  if (Array.isArray(part.enum)) return part.enum.every(isSimple);
  const parts = [...listOf(anyOf), ...listOf(oneOf), ...listOf(allOf)];
  if (parts.length > 0) return parts.every(within) && membersOf(part).every(within);
  if (type === 'array') return within(part.items);
  if (type === 'object' || part.properties !== undefined) return isShownObject(part, within);
  return SIMPLE.includes(type);
};

const isShownObject = (part: JsonObject, isShown: (inner: unknown) => boolean): boolean =>
  isObject(part.properties) ? membersOf(part).every(isShown) : isShown(part.additionalProperties);

const isSimple = (value: unknown): boolean => SIMPLE.includes(typeof value);

const membersOf = ({ properties }: JsonObject): readonly unknown[] =>
  isObject(properties) ? Object.values(properties) : [];

/** Of a reference as schemas of zod have them. */
const resolved = ($ref: string, root: JsonObject): unknown => {
  if ($ref === '#') return root;
  const name = /^#\/\$defs\/([^/]+)$/.exec($ref)?.[1];
  return name !== undefined && isObject(root.$defs) ? root.$defs[name] : undefined;
};
