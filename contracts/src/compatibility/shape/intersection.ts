import type { Json } from '../json.js';
import { arrayOf, numberOf, objectOf, stringOf } from './bounds.js';
import { shapeNamed } from './names.js';
import {
  itemAt,
  NEVER,
  propertyOf,
  type ArrayShape,
  type Bound,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from './shape.js';
import { unionOf, valuesOf } from './union.js';
import { validityOf } from './validity.js';

const RECURSIVE = 'a schema that contains itself, restricted by another';

/** What both shapes allow. */
export const intersectionOf = (one: Shape, other: Shape): Shape => {
  if (one.kind === 'any') return other;
  if (other.kind === 'any') return one;
  if (one.kind === 'partial') return { ...one, known: intersectionOf(one.known, other), text: undefined };
  if (other.kind === 'partial') return intersectionOf(other, one);
  if (one.kind === 'reference') {
    return { kind: 'partial', known: other, reason: RECURSIVE, pointer: one.name.slice(1), text: undefined };
  }
  if (other.kind === 'reference') return intersectionOf(other, one);
  if (one.kind === 'union') return unionOf(one.members.map((member) => intersectionOf(member, other)));
  if (other.kind === 'union') return intersectionOf(other, one);
  if (one.kind === 'values') return commonValues(one.values, other);
  if (other.kind === 'values') return commonValues(other.values, one);
  return commonOfOneKind(one, other);
};

const commonOfOneKind = (one: Shape, other: Shape): Shape => {
  if (one.kind === 'string' && other.kind === 'string') return commonStrings(one, other);
  if (one.kind === 'number' && other.kind === 'number') return commonNumbers(one, other);
  if (one.kind === 'array' && other.kind === 'array') return commonArrays(one, other);
  if (one.kind === 'object' && other.kind === 'object') return commonObjects(one, other);
  return NEVER;
};

const commonValues = (values: readonly Json[], shape: Shape): Shape => {
  const possible = values.filter((value) => validityOf(shape, value) !== 'invalid');
  const known = valuesOf(possible);
  const isCertain = possible.every((value) => validityOf(shape, value) === 'valid');
  if (isCertain) return known;
  return {
    kind: 'partial',
    known,
    reason: 'values that only a format decides on',
    pointer: '',
    text: undefined,
  };
};

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const commonStrings = (one: StringShape, other: StringShape): Shape =>
  stringOf({
    kind: 'string',
    min: Math.max(one.min, other.min),
    max: Math.min(one.max, other.max),
    minUnits: Math.max(one.minUnits, other.minUnits),
    maxUnits: Math.min(one.maxUnits, other.maxUnits),
    patterns: sorted([...one.patterns, ...other.patterns]),
    formats: sorted([...one.formats, ...other.formats]),
  });

const commonNumbers = (one: NumberShape, other: NumberShape): Shape =>
  numberOf({
    kind: 'number',
    integer: one.integer || other.integer,
    min: narrower(one.min, other.min, one.min.value > other.min.value),
    max: narrower(one.max, other.max, one.max.value < other.max.value),
    multiplesOf: [...one.multiplesOf, ...other.multiplesOf],
  });

const narrower = (one: Bound, other: Bound, isOne: boolean): Bound =>
  one.value === other.value ? (one.exclusive ? one : other) : isOne ? one : other;

const commonArrays = (one: ArrayShape, other: ArrayShape): Shape => {
  const length = Math.max(one.prefix.length, other.prefix.length);
  return arrayOf({
    kind: 'array',
    prefix: Array.from({ length }, (_, index) => intersectionOf(itemAt(one, index), itemAt(other, index))),
    items: intersectionOf(one.items, other.items),
    min: Math.max(one.min, other.min),
    max: Math.min(one.max, other.max),
    unique: one.unique || other.unique,
  });
};

const commonObjects = (one: ObjectShape, other: ObjectShape): Shape => {
  const names = new Set([...one.properties.keys(), ...other.properties.keys()]);
  const properties = [...names].map((name) => {
    const [mine, theirs] = [propertyOf(one, name), propertyOf(other, name)];
    const shape = [one, other]
      .filter((object) => !object.properties.has(name))
      .reduce(
        (common, { names }) => shapeNamed(name, names, common),
        intersectionOf(mine.shape, theirs.shape),
      );
    return [name, { shape, required: mine.required || theirs.required }] as const;
  });
  return objectOf({
    kind: 'object',
    properties: new Map(properties),
    additional: intersectionOf(one.additional, other.additional),
    names: intersectionOf(one.names, other.names),
    min: Math.max(one.min, other.min),
    max: Math.min(one.max, other.max),
  });
};
