import type { Json } from '../json.js';

/**
 * What a JSON Schema allows, in one form for all its spellings: `const`, `enum`, `boolean` and `null` are values,
 * `anyOf`, `oneOf` and lists of types are unions, `allOf` is merged, `required` is a part of the property.
 */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'never' }
  | { readonly kind: 'values'; readonly values: readonly Json[] }
  | StringShape
  | NumberShape
  | ArrayShape
  | ObjectShape
  | UnionShape
  | Reference
  | Partial;

export interface StringShape {
  readonly kind: 'string';
  /** In code points. */
  readonly min: number;
  readonly max: number;
  /** In UTF-16 code units, of which a code point has one or two. */
  readonly minUnits: number;
  readonly maxUnits: number;
  /** Sources of regular expressions: all of them hold. */
  readonly patterns: readonly string[];
  /** Names of formats: all of them hold. */
  readonly formats: readonly string[];
}

export interface NumberShape {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly min: Bound;
  readonly max: Bound;
  /** Exactly, where it is an integer and less than 2^50; otherwise as zod rounds quotients. */
  readonly multiplesOf: readonly number[];
}

export interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

export interface ArrayShape {
  readonly kind: 'array';
  readonly prefix: readonly Shape[];
  /** Of those after the prefix. */
  readonly items: Shape;
  readonly min: number;
  readonly max: number;
  readonly unique: boolean;
}

export interface ObjectShape {
  readonly kind: 'object';
  readonly properties: ReadonlyMap<string, Property>;
  /** The values of properties that are not listed. */
  readonly additional: Shape;
  /** The names of properties that are not listed. */
  readonly names: Shape;
  readonly min: number;
  readonly max: number;
}

export interface Property {
  readonly shape: Shape;
  readonly required: boolean;
}

export interface UnionShape {
  readonly kind: 'union';
  readonly members: readonly Shape[];
}

/** To a schema that contains itself. */
export interface Reference {
  readonly kind: 'reference';
  readonly name: string;
  readonly resolve: () => Shape;
}

/** A shape of which `known` is not all: more may be refused. */
interface Partial {
  readonly kind: 'partial';
  readonly known: Shape;
  readonly reason: string;
  /** Into the schema: where the reason is. */
  readonly pointer: string;
  /** The whole schema, where equal texts mean the same. */
  readonly text: string | undefined;
}

export const ANY: Shape = { kind: 'any' };
export const NEVER: Shape = { kind: 'never' };

export const ANY_STRING: StringShape = {
  kind: 'string',
  min: 0,
  max: Infinity,
  minUnits: 0,
  maxUnits: Infinity,
  patterns: [],
  formats: [],
};
const ANY_NUMBER: NumberShape = {
  kind: 'number',
  integer: false,
  min: { value: -Infinity, exclusive: false },
  max: { value: Infinity, exclusive: false },
  multiplesOf: [],
};
const ANY_ARRAY: ArrayShape = {
  kind: 'array',
  prefix: [],
  items: ANY,
  min: 0,
  max: Infinity,
  unique: false,
};
export const ANY_OBJECT: ObjectShape = {
  kind: 'object',
  properties: new Map(),
  additional: ANY,
  names: ANY_STRING,
  min: 0,
  max: Infinity,
};

/** What `ANY` is made of. */
export const EVERY_KIND: readonly Shape[] = [
  ANY_STRING,
  ANY_NUMBER,
  { kind: 'values', values: [false, null, true] },
  ANY_ARRAY,
  ANY_OBJECT,
];

export const itemAt = ({ prefix, items }: ArrayShape, index: number): Shape => prefix[index] ?? items;

/** A property, also one that is not listed. */
export const propertyOf = ({ properties, additional }: ObjectShape, name: string): Property =>
  properties.get(name) ?? { shape: additional, required: false };

/** The shapes that a shape is made of; a reference is not followed. */
export const partsOf = (shape: Shape): readonly Shape[] => {
  if (shape.kind === 'union') return shape.members;
  if (shape.kind === 'partial') return [shape.known];
  if (shape.kind === 'array') return [...shape.prefix, shape.items];
  if (shape.kind !== 'object') return [];
  return [...[...shape.properties.values()].map(({ shape }) => shape), shape.additional, shape.names];
};
