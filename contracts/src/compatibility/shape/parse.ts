import {
  isJsonArray,
  isJsonObject,
  pointerTo,
  textOf,
  UNDECIDABLE,
  type Json,
  type JsonObject,
} from '../json.js';
import { isTooDeep, TOO_DEEP } from '../nesting.js';
import { intersectionOf } from './intersection.js';
import { isValueChange, undecidableIn } from '../undecidable.js';
import { isUnread } from './keywords.js';
import { ANY, ANY_OBJECT, NEVER, partsOf, type Shape } from './shape.js';
import { shapeOfTypes } from './json-types.js';
import { areDisjoint, unionOf, valuesOf } from './union.js';

/** Reads a JSON Schema of draft 2020-12. What it cannot read becomes `partial`; it never fails. */
export const shapeOf = (schema: Json): Shape =>
  isTooDeep(schema) ? partial(ANY, TOO_DEEP, '') : new Parser(schema).root();

class Parser {
  readonly #root: Json;
  /** By `$ref`; undefined while it is parsed. */
  readonly #referenced = new Map<string, Shape | undefined>();

  /** Somewhere. */
  readonly #changesValue: boolean;

  constructor(root: Json) {
    this.#root = root;
    const isDefault = textOf(root).includes('"default":');
    this.#changesValue = isDefault || undecidableIn(root).some(({ reason }) => isValueChange(reason));
  }

  root(): Shape {
    const shape = this.parse(this.#root, '');
    // Where it refers to itself, it is one shape.
    return this.#referenced.get('#') ?? shape;
  }

  /** `types`: what the schema around it allows, for one that names none. */
  parse(schema: Json, pointer: string, types?: Json): Shape {
    if (schema === true) return ANY;
    if (schema === false) return NEVER;
    if (!isJsonObject(schema)) return partial(ANY, 'this is no JSON Schema', pointer);
    const typed = types === undefined || schema.type !== undefined ? schema : { ...schema, type: types };
    const known =
      'patternProperties' in schema ? ANY_OBJECT : this.#parts(typed, pointer).reduce(intersectionOf, ANY);
    return restricted(known, schema, pointer);
  }

  #parts(schema: JsonObject, pointer: string): readonly Shape[] {
    const { $ref, allOf, anyOf, oneOf, type } = schema;
    const list = (keyword: string, parts: Json | undefined): readonly Shape[] =>
      isJsonArray(parts)
        ? parts.map((part, index) => this.parse(part, pointerTo(pointer, keyword, index), type))
        : [];
    return [
      shapeOfTypes(schema, (part, ...keys) => this.parse(part, pointerTo(pointer, ...keys))),
      ...valuesIn(schema),
      ...(typeof $ref === 'string' ? [this.#reference($ref, pointer)] : []),
      ...list('allOf', allOf),
      ...(anyOf === undefined ? [] : [this.#unchanged(list('anyOf', anyOf), unionOf, pointer)]),
      ...(oneOf === undefined
        ? []
        : [this.#unchanged(list('oneOf', oneOf), (members) => exclusive(members, pointer), pointer)]),
    ];
  }

  /** An alternative that changes the value may come before one that allows it as it is. */
  #unchanged(members: readonly Shape[], join: (members: readonly Shape[]) => Shape, pointer: string): Shape {
    const mayChange = (shape: Shape): boolean =>
      (shape.kind === 'partial' && isValueChange(shape.reason)) ||
      (shape.kind === 'reference' && this.#changesValue) ||
      partsOf(shape).some(mayChange);
    const union = join(members);
    return members.some(mayChange) ? partial(union, 'an alternative that changes the value', pointer) : union;
  }

  /** A schema that contains itself is a reference; every other `$ref` is replaced by its target. */
  #reference(name: string, pointer: string): Shape {
    const unparsed = partial(ANY, 'a schema that is its own beginning', pointer);
    const reference: Shape = {
      kind: 'reference',
      name,
      resolve: () => this.#referenced.get(name) ?? unparsed,
    };
    if (!this.#referenced.has(name)) {
      const target = targetOf(this.#root, name);
      if (target === undefined) return partial(ANY, `"${name}" is not in the schema`, pointer);
      this.#referenced.set(name, undefined);
      const parsed = this.parse(target, name.slice(1));
      this.#referenced.set(name, beginsWith(parsed, name) ? unparsed : parsed);
    }
    const parsed = this.#referenced.get(name);
    return parsed === undefined || refersTo(parsed, name) ? reference : parsed;
  }
}

const partial = (known: Shape, reason: string, pointer: string, text?: string): Shape => ({
  kind: 'partial',
  known,
  reason,
  pointer,
  text,
});

const valuesIn = (schema: JsonObject): readonly Shape[] => [
  ...(schema.const === undefined ? [] : [valuesOf([schema.const])]),
  ...(isJsonArray(schema.enum) ? [valuesOf(schema.enum)] : []),
  ...(isNothing(schema.not) ? [NEVER] : []),
];

/** The subschema of `not` that refuses everything. */
const isNothing = (schema: Json | undefined): boolean =>
  schema === true || (isJsonObject(schema) && Object.keys(schema).length === 0);

/** `oneOf` is `anyOf` where no value fits two of its schemas. */
const exclusive = (members: readonly Shape[], pointer: string): Shape => {
  const overlap = members.some((one, index) =>
    members.slice(index + 1).some((other) => !areDisjoint(one, other)),
  );
  const union = unionOf(members);
  return overlap ? partial(union, 'alternatives that no field tells apart', pointer) : union;
};

/** Adds what the keywords say that are not read. */
const restricted = (known: Shape, schema: JsonObject, pointer: string): Shape => {
  const reason = schema[UNDECIDABLE];
  if (typeof reason === 'string') return partial(known, reason, pointer);
  if ('default' in schema || hasDefaultPart(schema))
    return partial(known, 'a default changes the payload', pointer);
  const unread = Object.keys(schema).find(
    (keyword) => isUnread(keyword) && !(keyword === 'not' && isNothing(schema.not)),
  );
  if (unread === undefined) return known;
  const text = textOf(schema);
  const isWhole =
    !text.includes('"$ref"') && !text.includes(`"${UNDECIDABLE}"`) && !text.includes('"default"');
  return partial(known, `the keyword ${unread}`, pointer, isWhole ? text : undefined);
};

/** Where a field or an item is missing, its default is added. */
const hasDefaultPart = ({ properties, prefixItems }: JsonObject): boolean =>
  [properties, prefixItems].some((parts) =>
    Object.values(Object(parts) as object).some((part: Json) => isJsonObject(part) && 'default' in part),
  );

/** The part of a schema that a `$ref` names. */
const targetOf = (root: Json, name: string): Json | undefined => {
  if (!/^#(\/|$)/.test(name)) return undefined;
  const keys = name.split('/').slice(1);
  return keys
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Json | undefined>((part, key) => memberOf(part, key) ?? memberOf(part, decoded(key)), root);
};

/** zod writes names as they are, which need be no part of a URI. */
const decoded = (key: string): string => {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
};

const memberOf = (part: Json | undefined, key: string): Json | undefined => {
  if (isJsonArray(part)) return part[Number(key)];
  return isJsonObject(part) && Object.hasOwn(part, key) ? part[key] : undefined;
};

/** Whether it is the reference itself, before any property or item. */
const beginsWith = (shape: Shape, name: string): boolean => {
  if (shape.kind === 'partial') return beginsWith(shape.known, name);
  if (shape.kind === 'union') return shape.members.some((member) => beginsWith(member, name));
  return shape.kind === 'reference' && shape.name === name;
};

const refersTo = (shape: Shape, name: string): boolean =>
  shape.kind === 'reference' ? shape.name === name : partsOf(shape).some((part) => refersTo(part, name));
