import { textOf, type Json } from '../json.js';
import { everyFormatSample, formatSamples } from './formats.js';
import {
  itemAt,
  type ArrayShape,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from './shape.js';
import { validityOf } from './validity.js';

const MAX_DEPTH = 6;
const MAX_SAMPLES = 8;
const MAX_TEXT = 10_000;
const MAX_ITEMS = 100;

/**
 * Some values that a shape surely allows, the most typical first; none where none was found. What a schema says of
 * itself only in part has none.
 */
export const samplesOf = (shape: Shape, depth = 0): readonly Json[] => {
  const known = found.get(shape) ?? new Map<number, readonly Json[]>();
  found.set(shape, known);
  const samples = known.get(depth) ?? search(shape, depth);
  known.set(depth, samples);
  return samples;
};

/** By shape and depth: in schemas that contain themselves, each is met often. */
const found = new WeakMap<Shape, Map<number, readonly Json[]>>();

const search = (shape: Shape, depth: number): readonly Json[] =>
  distinct(candidatesOf(shape, depth).filter((value) => validityOf(shape, value) === 'valid')).slice(
    0,
    MAX_SAMPLES,
  );

export const distinct = (values: readonly Json[]): readonly Json[] => [
  ...new Map(values.map((value) => [textOf(value), value])).values(),
];

/** Values near the borders of a shape, on both sides of them. */
export const candidatesOf = (shape: Shape, depth = 0): readonly Json[] => {
  if (depth > MAX_DEPTH) return [];
  switch (shape.kind) {
    case 'any':
      return ['text', 1, null, true, {}, []];
    case 'never':
      return [];
    case 'values':
      return shape.values;
    case 'string':
      return strings(shape);
    case 'number':
      return numbers(shape);
    case 'array':
      return arrays(shape, depth);
    case 'object':
      return objects(shape, depth);
    case 'union':
      return shape.members.flatMap((member) => samplesOf(member, depth));
    case 'reference':
      return samplesOf(shape.resolve(), depth + 1);
    case 'partial':
      return candidatesOf(shape.known, depth);
  }
};

const strings = (shape: StringShape): readonly Json[] => {
  const { patterns, formats } = shape;
  const [min, max] = [Math.max(shape.min, shape.minUnits), Math.min(shape.max, shape.maxUnits)];
  const isPossible = (length: number): boolean => length >= 0 && length <= MAX_TEXT;
  const lengths = [min, max, min - 1, max + 1].filter(isPossible);
  const wide = [shape.max, Math.ceil(shape.minUnits / 2)].filter(isPossible);
  return [
    ...formats.flatMap(formatSamples),
    ...(min <= 4 && max >= 4 ? ['text'] : []),
    ...lengths.map((length) => 'a'.repeat(length)),
    // A prefix, a suffix or a part.
    ...patterns.map((pattern) => pattern.replace(/^\^|\$$|\.\*/g, '').replace(/\\(.)/g, '$1')),
    ...['', 'a', 'A', '0', ' ', '-', 'a1', '1.5'],
    ...(patterns.length > 0 ? everyFormatSample : []),
    // Of two units each.
    ...wide.map((length) => '😀'.repeat(length)),
  ];
};

const numbers = ({ integer, min, max, multiplesOf }: NumberShape): readonly Json[] => {
  const bounds = [min.value, max.value].filter(Number.isFinite);
  const steps = integer ? [0, 1, -1] : [0, 0.5, -0.5, 1, -1];
  const divisor = multiplesOf.reduce((product, next) => product * next, 1);
  const near = [
    1,
    0,
    -1,
    ...multiplesOf,
    divisor,
    ...bounds.flatMap((bound) => steps.map((step) => bound + step)),
  ];
  const multiples =
    multiplesOf.length === 0 ? [] : bounds.map((bound) => Math.ceil(bound / divisor) * divisor);
  return [...near, ...multiples, 0.5, 1.25, 1e20, -1e20];
};

const arrays = (shape: ArrayShape, depth: number): readonly Json[] => {
  const lengths = [
    Math.max(shape.min, Math.min(1, shape.max)),
    shape.min,
    shape.prefix.length,
    shape.min - 1,
    shape.max,
    shape.max + 1,
  ];
  const possible = lengths.filter((length) => length >= 0 && length <= MAX_ITEMS);
  return possible.flatMap((length) => {
    const items = Array.from({ length }, (_, index) => {
      const samples = samplesOf(itemAt(shape, index), depth + 1);
      return shape.unique ? samples[index % Math.max(1, samples.length)] : samples[0];
    });
    const whole = items.filter((item): item is Json => item !== undefined);
    return whole.length === length ? [whole] : [];
  });
};

const objects = (shape: ObjectShape, depth: number): readonly Json[] => {
  const { properties, additional } = shape;
  const samples = [...properties].map(([name, { shape, required }]) => {
    return { name, required, value: samplesOf(shape, depth + 1)[0] };
  });
  const entriesOf = (members: typeof samples): [string, Json][] =>
    members.flatMap(({ name, value }): [string, Json][] => (value === undefined ? [] : [[name, value]]));
  const all = entriesOf(samples);
  const needed = entriesOf(samples.filter(({ required }) => required));
  const [other] =
    additional.kind === 'any' || additional.kind === 'never' ? [] : samplesOf(additional, depth + 1);
  const more = other === undefined ? [] : namesOf(shape, depth).map((name): [string, Json] => [name, other]);
  return [[...all, ...more.slice(0, 1)], all, needed, [...needed, ...more]].map((entries) =>
    Object.fromEntries(entries),
  );
};

const namesOf = ({ properties, names, min }: ObjectShape, depth: number): readonly string[] =>
  [
    'key',
    ...samplesOf(names, depth + 1),
    ...Array.from({ length: Math.min(min, MAX_ITEMS) }, (_, index) => `key${index}`),
  ]
    .filter((name): name is string => typeof name === 'string')
    .filter((name) => !properties.has(name) && validityOf(names, name) === 'valid');
