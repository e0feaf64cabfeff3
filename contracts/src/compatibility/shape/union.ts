import { textOf, type Json } from '../json.js';
import { ANY, NEVER, type ObjectShape, type Shape } from './shape.js';
import { validityOf } from './validity.js';

/** Flat, without repeated values. */
export const unionOf = (shapes: readonly Shape[]): Shape => {
  const members = shapes.flatMap((shape) => (shape.kind === 'union' ? shape.members : [shape]));
  if (members.some(({ kind }) => kind === 'any')) return ANY;
  const values = members.flatMap((member) => (member.kind === 'values' ? member.values : []));
  const others = members.filter(({ kind }) => kind !== 'values' && kind !== 'never');
  const all = values.length === 0 ? others : [valuesOf(values), ...others];
  const [only = NEVER, ...more] = all;
  return more.length === 0 ? only : { kind: 'union', members: all };
};

/** In the order of their texts. */
export const valuesOf = (values: readonly Json[]): Shape => {
  if (values.length === 0) return NEVER;
  const byText = new Map(values.map((value) => [textOf(value), value]));
  return {
    kind: 'values',
    values: [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value),
  };
};

type Plain = Exclude<Shape, { kind: 'any' | 'never' | 'partial' | 'reference' | 'union' | 'values' }>;

/** Discriminators are near the surface. */
const MAX_DEPTH = 4;

/** Whether no value is allowed by both, as far as it is known. */
export const areDisjoint = (one: Shape, other: Shape, depth = 0): boolean => {
  if (depth > MAX_DEPTH) return false;
  switch (one.kind) {
    case 'never':
      return true;
    case 'any':
      return other.kind === 'never';
    case 'partial':
      return areDisjoint(one.known, other, depth);
    case 'reference':
      return areDisjoint(one.resolve(), other, depth + 1);
    case 'union':
      return one.members.every((member) => areDisjoint(member, other, depth));
    case 'values':
      return one.values.every((value) => validityOf(other, value) === 'invalid');
    case 'string':
    case 'number':
    case 'array':
    case 'object':
      return areKindsDisjoint(one, other, depth);
  }
};

const areKindsDisjoint = (one: Plain, other: Shape, depth: number): boolean => {
  if (other.kind === 'partial' || other.kind === 'reference' || other.kind === 'union')
    return areDisjoint(other, one, depth);
  if (other.kind === 'values' || other.kind === 'never' || other.kind === 'any') {
    return areDisjoint(other, one, depth);
  }
  if (one.kind !== 'object' || other.kind !== 'object') return one.kind !== other.kind;
  return haveDiscriminator(one, other, depth);
};

const haveDiscriminator = (one: ObjectShape, other: ObjectShape, depth: number): boolean =>
  [...one.properties].some(([name, { shape, required }]) => {
    const same = other.properties.get(name);
    return same !== undefined && (required || same.required) && areDisjoint(shape, same.shape, depth + 1);
  });
