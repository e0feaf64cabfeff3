import fc from 'fast-check';

/** A schema that each library can make. */
export type Recipe =
  | Leaf
  | { readonly kind: 'list'; readonly of: Recipe; readonly min: number }
  | { readonly kind: 'tuple'; readonly of: readonly Recipe[] }
  | { readonly kind: 'record'; readonly of: Recipe }
  | { readonly kind: 'union'; readonly of: readonly Recipe[] }
  | { readonly kind: 'object'; readonly isStrict: boolean; readonly fields: readonly Field[] };

export type Leaf =
  | { readonly kind: 'boolean' | 'null' | 'unknown' | 'integer' }
  | { readonly kind: 'text'; readonly min: number; readonly max: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'multiple'; readonly of: number }
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'choice'; readonly of: readonly (string | number)[] };

interface Field {
  readonly name: string;
  readonly isOptional: boolean;
  readonly of: Recipe;
}

type Pair = readonly [Recipe, Recipe];
type Pairs = fc.Arbitrary<Pair>;

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.constantFrom<Leaf>({ kind: 'boolean' }, { kind: 'null' }, { kind: 'unknown' }, { kind: 'integer' }),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([min, more]): Leaf => ({ kind: 'text', min, max: min + more })),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([min, more]): Leaf => ({ kind: 'number', min, max: min + more + 1 })),
  fc.constantFrom(1, 2, 3, 6).map((of): Leaf => ({ kind: 'multiple', of })),
  fc.constantFrom('^a', '^[a-z]+$').map((source): Leaf => ({ kind: 'pattern', source })),
  fc
    .uniqueArray(fc.constantFrom<string | number>('x', 'y', '😀', 1), { minLength: 1, maxLength: 3 })
    .map((of): Leaf => ({ kind: 'choice', of })),
);

const leaves: Pairs = fc.oneof(
  { arbitrary: leaf.map((same) => [same, same] as const), weight: 4 },
  fc.tuple(leaf, leaf),
);

/** Mostly the same on both sides. */
const often = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T]> =>
  fc.oneof({ arbitrary: value.map((same) => [same, same] as const), weight: 4 }, fc.tuple(value, value));

const both = (pairs: readonly Pair[], made: (parts: readonly Recipe[], side: 0 | 1) => Recipe): Pair => [
  made(
    pairs.map(([one]) => one),
    0,
  ),
  made(
    pairs.map(([, other]) => other),
    1,
  ),
];

const objectsOf = (part: Pairs): Pairs =>
  fc
    .tuple(
      fc.array(fc.tuple(part, often(fc.boolean()), often(fc.constant(true))), { minLength: 1, maxLength: 3 }),
      often(fc.boolean()),
    )
    .map(([fields, isStrict]) =>
      both(
        fields.map(([pair]) => pair),
        (parts, side) => ({
          kind: 'object',
          isStrict: isStrict[side],
          fields: parts.map((of, index) => ({
            name: ['a', 'b', 'c'][index] ?? '',
            isOptional: fields[index]?.[1][side] ?? false,
            of,
          })),
        }),
      ),
    );

const level = (part: Pairs): Pairs =>
  fc.oneof(
    leaves,
    { arbitrary: objectsOf(part), weight: 4 },
    fc
      .tuple(part, often(fc.nat(2)))
      .map(([pair, min]) => both([pair], ([of = NOTHING], side) => ({ kind: 'list', of, min: min[side] }))),
    fc.tuple(part, part).map((pairs) => both(pairs, (of) => ({ kind: 'tuple', of }))),
    part.map((pair) => both([pair], ([of = NOTHING]) => ({ kind: 'record', of }))),
    fc.tuple(part, part).map((pairs) => both(pairs, (of) => ({ kind: 'union', of }))),
    fc.tuple(part, leaf).map(([[one, other], more]) => [one, { kind: 'union', of: [other, more] }] as const),
  );

const NOTHING: Recipe = { kind: 'null' };

/** Two recipes, the second of which is mostly a change of the first. */
export const recipePair: Pairs = level(level(leaves));
