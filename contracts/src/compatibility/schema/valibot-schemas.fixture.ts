import fc from 'fast-check';
import * as v from 'valibot';

type Schema = v.GenericSchema;
type Valibot = fc.Arbitrary<Schema>;

const FIELDS = ['a', 'b', 'kind', 'toString'];

const made = (...makers: readonly (() => Schema)[]): Valibot =>
  fc.constantFrom(...makers).map((make) => make());

const leaf = made(
  () => v.string(),
  () => v.pipe(v.string(), v.minLength(2)),
  () => v.pipe(v.string(), v.startsWith('a'), v.maxLength(3)),
  () => v.pipe(v.string(), v.uuid()),
  () => v.pipe(v.string(), v.trim()),
  () => v.number(),
  () => v.pipe(v.number(), v.integer(), v.maxValue(3)),
  () => v.pipe(v.number(), v.multipleOf(2)),
  () => v.boolean(),
  () => v.null(),
  () => v.undefined(),
  () => v.unknown(),
  () => v.never(),
  () => v.literal('x'),
  () => v.picklist(['x', 1]),
);

const keys = [v.string(), v.picklist(['a', 'b']), v.pipe(v.string(), v.maxLength(1))] as const;

const objectsOf = (part: Valibot): Valibot =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...FIELDS), part, { maxKeys: 3, noNullPrototype: true }),
      part,
      fc.constantFrom(...keys),
      fc.nat(4),
    )
    .map(([entries, other, key, kind]) => {
      if (kind === 0) return v.object(entries);
      if (kind === 1) return v.objectWithRest(entries, other);
      if (kind === 2) return v.record(key, other);
      return kind === 3 ? v.looseObject(entries) : v.strictObject(entries);
    });

const pairsOf = (part: Valibot): Valibot =>
  fc.tuple(part, part, fc.nat(5)).map(([one, other, kind]) => {
    const pairs: readonly (() => Schema)[] = [
      () => v.intersect([one, other]),
      () => v.union([one, other]),
      () => v.tuple([one, other]),
      () => v.strictTuple([one, other]),
      () => v.tupleWithRest([one], other),
      () =>
        v.variant('kind', [
          v.strictObject({ kind: v.literal('x'), a: one }),
          v.looseObject({ kind: v.literal('y'), a: other }),
        ]),
    ];
    return pairs[kind]?.() ?? one;
  });

const wrappedOf = (part: Valibot): Valibot =>
  fc.tuple(part, fc.nat(9)).map(([inner, kind]) => {
    const wrapped: readonly (() => Schema)[] = [
      () => v.optional(inner),
      () => v.nullable(inner),
      () => v.optional(inner, 'x' as never),
      () => v.fallback(inner, 'x' as never),
      () =>
        v.pipe(
          inner,
          v.check((value) => value !== 'a'),
        ),
      () => v.pipe(inner, v.readonly()),
      () => v.pipe(inner, inner),
      () => v.lazy(() => inner),
      () => v.array(inner),
      () => v.pipe(v.array(inner), v.minLength(1), v.maxLength(2)),
    ];
    return wrapped[kind]?.() ?? inner;
  });

const level = (part: Valibot): Valibot =>
  fc.oneof(
    leaf,
    { arbitrary: objectsOf(part), weight: 3 },
    { arbitrary: pairsOf(part), weight: 3 },
    wrappedOf(part),
  );

/** Schemas of valibot, made by its functions. */
export const anyValibot: Valibot = level(level(leaf));

/** Two of them, mostly one that is a part of the other. */
export const valibotPair: fc.Arbitrary<readonly [Schema, Schema]> = fc
  .tuple(anyValibot, anyValibot, fc.nat(4))
  .map(([one, other, kind]) => {
    const pairs: readonly (readonly [Schema, Schema])[] = [
      [one, v.union([one, other])],
      [v.intersect([one, other]), one],
      [one, v.intersect([one, other])],
      [v.union([one, other]), other],
    ];
    return pairs[kind] ?? [one, other];
  });
