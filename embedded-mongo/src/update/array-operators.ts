import { BSONRegExp } from 'bson';
import { equal } from '../bson/compare.js';
import { isDocument, isOperators, type Document } from '../bson/document.js';
import { typeOf } from '../bson/type.js';
import { CommandError } from '../errors.js';
import { compileFilter } from '../query/matcher.js';
import type { Operator, Place } from './field-operators.js';

const arrayOf = (value: unknown, { operator, field }: Place): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new CommandError(
    'BadValue',
    `Cannot apply ${operator} to a non-array field. The field '${field}' has the type ${typeOf(value)}`,
  );
};

const listOf = (name: string, value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new CommandError('BadValue', `The argument to ${name} must be an array but was ${typeOf(value)}`);
};

const integer = (name: string, value: unknown): number | undefined => {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && typeof value !== 'string') return number;
  throw new CommandError(
    'BadValue',
    `The value for ${name} must be an integer value but was ${typeOf(value)}`,
  );
};

const sliced = (array: readonly unknown[], slice: number | undefined): readonly unknown[] => {
  if (slice === undefined) return array;
  return slice >= 0 ? array.slice(0, slice) : array.slice(slice);
};

const MODIFIERS = ['$each', '$position', '$slice'];

/** `{ $each: […], … }`, or one value. */
const modifiersOf = (operand: unknown, allowed: readonly string[]): Document => {
  if (!isDocument(operand) || !('$each' in operand)) return { $each: [operand] };
  const unknown = Object.keys(operand).find((name) => !allowed.includes(name));
  if (unknown === undefined) return operand;
  throw new CommandError('BadValue', `Unrecognized clause in $push: ${unknown}`);
};

const push: Operator = (operand, place) => {
  const modifiers = modifiersOf(operand, MODIFIERS);
  const added = listOf('$each', modifiers.$each);
  const position = integer('$position', modifiers.$position);
  const slice = integer('$slice', modifiers.$slice);
  return (old = []) => {
    const array = arrayOf(old, place);
    return sliced(array.toSpliced(position ?? array.length, 0, ...added), slice);
  };
};

const addToSet: Operator = (operand, place) => {
  const added = listOf('$each', modifiersOf(operand, ['$each']).$each);
  return (old = []) => {
    const set = [...arrayOf(old, place)];
    const before = set.length;
    for (const value of added) if (!set.some((element) => equal(element, value))) set.push(value);
    return set.length === before ? (old ?? set) : set;
  };
};

/** Keeps the elements that do not pass. */
const without =
  (place: Place, isRemoved: (element: unknown) => boolean) =>
  (old: unknown): unknown => {
    if (old === undefined) return undefined;
    const array = arrayOf(old, place);
    const kept = array.filter((element) => !isRemoved(element));
    return kept.length === array.length ? old : kept;
  };

const pull: Operator = (operand, place) => {
  if (isOperators(operand) || operand instanceof BSONRegExp) {
    const matches = compileFilter({ element: operand });
    return without(place, (element) => matches({ element }));
  }
  if (!isDocument(operand)) return without(place, (element) => equal(element, operand));
  const matches = compileFilter(operand);
  return without(place, (element) => isDocument(element) && matches(element));
};

const pullAll: Operator = (operand, place) => {
  const values = listOf('$pullAll', operand);
  return without(place, (element) => values.some((value) => equal(element, value)));
};

export const arrayOperators: Readonly<Record<string, Operator>> = {
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
};
