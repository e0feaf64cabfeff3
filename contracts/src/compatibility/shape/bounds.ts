import {
  NEVER,
  itemAt,
  type ArrayShape,
  type Bound,
  type NumberShape,
  type ObjectShape,
  type Property,
  type Shape,
  type StringShape,
} from './shape.js';

const LARGEST = Number.MAX_SAFE_INTEGER;

/** The shape itself, or none at all where its bounds leave nothing. */
export const stringOf = (shape: StringShape): Shape => {
  // At least one is the same in both units, and so is at most none.
  const min = shape.minUnits === 1 ? Math.max(shape.min, 1) : shape.min;
  const max = shape.maxUnits === 0 ? 0 : shape.max;
  const { minUnits, maxUnits } = shape;
  if (min > Math.min(max, maxUnits) || minUnits > Math.min(maxUnits, 2 * max)) return NEVER;
  // A bound that follows from the other is none.
  return {
    ...shape,
    min: minUnits >= 2 * min ? 0 : min,
    max: maxUnits > 0 && maxUnits <= max ? Infinity : max,
    minUnits: minUnits <= min ? 0 : minUnits,
    maxUnits: maxUnits >= 2 * max || maxUnits === 0 ? Infinity : maxUnits,
  };
};

export const numberOf = (shape: NumberShape): Shape => {
  const { integer } = shape;
  const multiplesOf = [...new Set(shape.multiplesOf.map(Math.abs))].sort((one, other) => one - other);
  const rest = integer ? multiplesOf.filter((divisor) => divisor !== 1) : multiplesOf;
  const min = integer ? inclusive(shape.min, 1) : shape.min;
  const max = integer ? inclusive(shape.max, -1) : shape.max;
  const isEmpty = min.value > max.value || (min.value === max.value && (min.exclusive || max.exclusive));
  return isEmpty ? NEVER : { kind: 'number', integer, min, max, multiplesOf: rest };
};

/** Of integers: `> 3` is `>= 4`. */
const inclusive = ({ value, exclusive }: Bound, inward: 1 | -1): Bound => {
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST) return { value, exclusive };
  const rounded = inward === 1 ? Math.ceil(value) : Math.floor(value);
  return { value: exclusive && rounded === value ? value + inward : rounded, exclusive: false };
};

export const arrayOf = (shape: ArrayShape): Shape => {
  const closed = shape.items.kind === 'never';
  const max = closed ? Math.min(shape.max, shape.prefix.length) : shape.max;
  const prefix = shape.prefix.slice(0, max);
  const bounded: ArrayShape = { ...shape, prefix, max, items: prefix.length >= max ? NEVER : shape.items };
  const needed = Array.from({ length: Math.min(shape.min, prefix.length + 1) }, (_, index) =>
    itemAt(bounded, index),
  );
  return shape.min > max || needed.some(({ kind }) => kind === 'never') ? NEVER : bounded;
};

export const objectOf = (shape: ObjectShape): Shape => {
  const closed = shape.additional.kind === 'never' || shape.names.kind === 'never';
  const listed = [...shape.properties].filter(([, property]) => isUsable(property, closed));
  const required = listed.filter(([, { required }]) => required);
  if (required.some(([, { shape }]) => shape.kind === 'never')) return NEVER;
  const min = Math.max(shape.min, required.length);
  const max = closed ? Math.min(shape.max, listed.length) : shape.max;
  if (min > max) return NEVER;
  const rest = closed ? { additional: NEVER, names: NEVER } : {};
  return { ...shape, ...rest, properties: new Map(listed), min, max };
};

/** A property that may not be there is the same as one that is not listed, where those are refused. */
const isUsable = ({ shape, required }: Property, closed: boolean): boolean =>
  required || !closed || shape.kind !== 'never';
