import { isJsonObject, pointerTo, type Json } from './json.js';
import type { Rule } from './rules.js';
import { samplesOf } from './shape/samples.js';
import { itemAt, propertyOf, type ArrayShape, type ObjectShape, type Shape } from './shape/shape.js';
import { areDisjoint } from './shape/union.js';
import { validityOf } from './shape/validity.js';

/** What must hold for an array or object to be included in another: a shape in a shape, or a rule that is broken. */
export type Part =
  | {
      readonly pointer: string;
      readonly source: Shape;
      readonly target: Shape;
      /** The rule where the target allows nothing. */
      readonly refused: Rule;
      /** Values of the part, as values of the whole. */
      readonly wrap: (values: readonly Json[]) => readonly Json[];
    }
  | { readonly pointer: string; readonly rule: Rule; readonly candidates: () => readonly Json[] };

export const arrayParts = (source: ArrayShape, target: ArrayShape): readonly Part[] => {
  if (source.max === 0)
    return target.min > 0 ? [{ pointer: '', rule: 'min-items', candidates: () => [[]] }] : [];
  const listed = Math.max(source.prefix.length, target.prefix.length);
  const positions = Array.from({ length: Math.min(source.max, listed + 1) }, (_, index) => index);
  const broken: readonly [boolean, Rule][] = [
    [source.min < target.min, 'min-items'],
    [source.max > target.max, 'max-items'],
    [target.unique && !source.unique && source.max > 1, 'unique-items'],
  ];
  return [
    ...positions.map((index): Part => itemPart(source, target, index)),
    ...broken
      .filter(([isBroken]) => isBroken)
      .map(([, rule]): Part => ({ pointer: '', rule, candidates: () => lengths(source, target) })),
  ];
};

const itemPart = (source: ArrayShape, target: ArrayShape, index: number): Part => ({
  pointer: index < target.prefix.length ? pointerTo('', 'prefixItems', index) : '/items',
  source: itemAt(source, index),
  target: itemAt(target, index),
  refused: 'additional-item',
  wrap: (values) =>
    values.flatMap((value) => {
      const before = itemsOf(source, index);
      const after = itemsOf(source, source.min).slice(index + 1);
      return before.length === index ? [[...before, value, ...after]] : [];
    }),
});

/** Valid items, as many as asked for and as can be found. */
const itemsOf = (shape: ArrayShape, count: number): readonly Json[] =>
  Array.from({ length: count }, (_, index) => samplesOf(itemAt(shape, index)))
    .map((samples, index) => (shape.unique ? samples[index % Math.max(1, samples.length)] : samples[0]))
    .filter((item): item is Json => item !== undefined);

const MAX_ITEMS = 1_000;

const lengths = (source: ArrayShape, target: ArrayShape): readonly Json[] =>
  [target.min - 1, target.max + 1, source.min, 2]
    .filter((length) => length >= 0 && length <= MAX_ITEMS)
    .map((length) => itemsOf(source, length));

export const objectParts = (source: ObjectShape, target: ObjectShape): readonly Part[] => {
  const names = [...new Set([...source.properties.keys(), ...target.properties.keys()])];
  const needed = [...target.properties].filter(
    ([name, { required }]) => required && !propertyOf(source, name).required,
  );
  const discriminators = discriminatorsOf(source, target);
  return [
    // A discriminator explains all other differences.
    ...discriminators.flatMap((name) => propertyParts(source, target, name)),
    ...needed.map(([name]): Part => ({
      pointer: pointerTo('', 'properties', name),
      rule: 'required',
      candidates: () => samplesOf(source).map((sample) => without(sample, name)),
    })),
    ...names
      .filter((name) => !discriminators.includes(name))
      .flatMap((name) => propertyParts(source, target, name)),
    ...additionalParts(source, target),
    ...countParts(source, target),
  ];
};

/** Fields with constant values, none of which both have. */
export const discriminatorsOf = (source: ObjectShape, target: ObjectShape): readonly string[] =>
  [...source.properties].flatMap(([name, { shape }]) => {
    const wanted = target.properties.get(name)?.shape;
    return shape.kind === 'values' && wanted?.kind === 'values' && areDisjoint(shape, wanted) ? [name] : [];
  });

const without = (sample: Json, name: string): Json =>
  isJsonObject(sample) ? Object.fromEntries(Object.entries(sample).filter(([key]) => key !== name)) : sample;

/** Samples of the object with this property. */
const withProperty = (source: ObjectShape, name: string, values: readonly Json[]): readonly Json[] =>
  samplesOf(source).flatMap((sample) =>
    isJsonObject(sample)
      ? values.map((value) => Object.fromEntries([...Object.entries(sample), [name, value]]))
      : [],
  );

const propertyParts = (source: ObjectShape, target: ObjectShape, name: string): readonly Part[] => {
  if (!source.properties.has(name) && validityOf(source.names, name) === 'invalid') return [];
  const pointer = pointerTo('', 'properties', name);
  const { shape } = propertyOf(source, name);
  if (shape.kind === 'never') return [];
  const part: Part = {
    pointer,
    source: shape,
    target: propertyOf(target, name).shape,
    refused: 'additional-field',
    wrap: (values) => withProperty(source, name, values),
  };
  const isNamed = target.properties.has(name) || target.additional.kind === 'never';
  if (isNamed || validityOf(target.names, name) === 'valid') return [part];
  return [
    part,
    { pointer, rule: 'field-name', candidates: () => withProperty(source, name, samplesOf(shape)) },
  ];
};

/** Not in the schemas of either side. */
const otherName = ({ properties }: ObjectShape, other: ObjectShape): string => {
  const taken = (name: string): boolean => properties.has(name) || other.properties.has(name);
  let name = 'added';
  while (taken(name)) name += '_';
  return name;
};

const additionalParts = (source: ObjectShape, target: ObjectShape): readonly Part[] => {
  const name = otherName(source, target);
  if (source.additional.kind === 'never') return [];
  return [
    {
      pointer: '/additionalProperties',
      source: source.additional,
      target: target.additional,
      refused: 'additional-field',
      wrap: (values) =>
        [name, ...samplesOf(source.names)].flatMap((key) =>
          typeof key === 'string' ? withProperty(source, key, values) : [],
        ),
    },
    {
      pointer: '/propertyNames',
      source: source.names,
      target: target.additional.kind === 'never' ? source.names : target.names,
      refused: 'field-name',
      wrap: (names) => {
        const values = samplesOf(source.additional);
        return names.flatMap((key) => (typeof key === 'string' ? withProperty(source, key, values) : []));
      },
    },
  ];
};

/** Where the number of fields does not follow from the fields themselves. */
const countParts = (source: ObjectShape, target: ObjectShape): readonly Part[] => {
  const candidates = (): readonly Json[] => samplesOf(source);
  const required = [...target.properties.values()].filter(({ required }) => required).length;
  const isMax = target.additional.kind !== 'never' || target.max < target.properties.size;
  return [
    ...(source.min < target.min && target.min > required
      ? [{ pointer: '', rule: 'min-fields' as const, candidates }]
      : []),
    ...(source.max > target.max && isMax ? [{ pointer: '', rule: 'max-fields' as const, candidates }] : []),
  ];
};
