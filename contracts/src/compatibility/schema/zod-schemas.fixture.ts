import fc from 'fast-check';
import * as z from 'zod';

type Zod = fc.Arbitrary<z.ZodType>;

const FIELDS = ['a', 'b', 'kind', 'toString'];

const leaf: Zod = fc
  .constantFrom(
    () => z.string(),
    () => z.string().min(2),
    () => z.number(),
    () => z.int().max(3),
    () => z.boolean(),
    () => z.null(),
    () => z.any(),
    () => z.never(),
    () => z.literal('x'),
    () => z.literal(['x', 1]),
    () => z.enum(['x', 'y']),
    () => z.undefined(),
    () => z.email(),
    () => z.uuid(),
    () => z.url(),
    () => z.iso.datetime(),
    () => z.ipv4(),
    () => z.string().startsWith('a').max(5),
    () =>
      z
        .string()
        .regex(/^[a-z]+$/)
        .length(2),
    () => z.number().gt(0).multipleOf(0.5),
    () => z.number().lt(3).multipleOf(2),
    () => z.templateLiteral(['a', z.number()]),
    () => z.coerce.number(),
    () => z.string().trim(),
  )
  .map((make) => make());

const KEYS = [
  () => z.string(),
  () => z.string().max(1),
  () => z.string().regex(/^a/),
  () => z.enum(['a', 'b']),
  () => z.literal('a'),
  () => z.union([z.literal('a'), z.string().min(2)]),
  () => z.union([z.literal('a'), z.number().min(5)]),
  () => z.literal(['a', 1]),
] as const;

const objectsOf = (part: Zod): Zod =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...FIELDS), part, { maxKeys: 3, noNullPrototype: true }),
      part,
      fc.nat(5),
    )
    .map(([shape, other, kind]) => {
      if (kind === 0) return z.object(shape);
      if (kind === 1) return z.object(shape).catchall(other);
      return kind === 2 ? z.looseObject(shape) : z.strictObject(shape);
    });

const recordsOf = (part: Zod): Zod =>
  fc.tuple(fc.constantFrom(...KEYS), part, fc.nat(3)).map(([key, value, kind]) => {
    if (kind === 0) return z.partialRecord(key(), value);
    return kind === 1 ? z.looseRecord(key(), value) : z.record(key(), value);
  });

const listsOf = (part: Zod): Zod =>
  fc.oneof(
    fc.tuple(part, fc.nat(2), fc.nat(2)).map(([items, min, more]) =>
      z
        .array(items)
        .min(min)
        .max(min + more),
    ),
    part.map((items) => z.array(items)),
    fc.tuple(part, part).map(([one, other]) => z.tuple([one, other])),
    fc.tuple(part, part).map(([one, rest]) => z.tuple([one], rest)),
  );

const unionsOf = (part: Zod): Zod =>
  fc.oneof(
    fc.tuple(part, part).map((options) => z.union(options)),
    fc.tuple(part, part).map((options) => z.xor(options)),
    fc.tuple(part, part, fc.boolean()).map(([one, other, isStrict]) => {
      const object = isStrict ? z.strictObject : z.looseObject;
      return z.discriminatedUnion('kind', [
        object({ kind: z.literal('x'), a: one }),
        object({ kind: z.literal('y'), a: other }),
      ]);
    }),
  );

const wrappedOf = (part: Zod): Zod =>
  fc.tuple(part, fc.nat(11)).map(([inner, kind]) => {
    const wrapped = [
      () => inner.optional(),
      () => inner.nullable(),
      () => inner.readonly(),
      () => inner.meta({ title: 'a title' }),
      () => inner.refine(() => true),
      () => z.lazy(() => inner),
      () => inner.pipe(z.any()),
      () => inner.catch(({ value }: { readonly value: unknown }) => value as never),
      () => inner.brand('a brand'),
      () => inner.default('x' as never),
      () => inner.prefault('x' as never),
      () => z.preprocess((value) => value, inner),
    ];
    return wrapped[kind]?.() ?? inner;
  });

const recursive: Zod = fc.boolean().map((isStrict) => {
  const object = isStrict ? z.strictObject : z.looseObject;
  const node = object({
    a: z.string(),
    get b() {
      return z.array(node).optional();
    },
  });
  return node;
});

const level = (part: Zod): Zod =>
  fc.oneof(
    { arbitrary: leaf, weight: 1 },
    { arbitrary: objectsOf(part), weight: 4 },
    recordsOf(part),
    listsOf(part),
    unionsOf(part),
    wrappedOf(part),
    recursive,
  );

const intersectionsOf = (part: Zod): Zod =>
  fc.oneof(
    fc.tuple(part, part).map(([left, right]) => z.intersection(left, right)),
    // The same side twice, in several places.
    fc.tuple(part, part).map(([one, other]) => z.object({ a: one, b: z.intersection(one, other) })),
    fc.tuple(part, part, part).map(([one, two, three]) => one.and(two).and(three)),
    fc.tuple(part, part, part).map(([one, two, three]) =>
      one
        .and(two)
        .refine(() => true)
        .and(three),
    ),
  );

const shallow = level(leaf);
const deep = fc.oneof(shallow, intersectionsOf(shallow), level(shallow));

/** Schemas of zod, many of them intersections. */
export const anyZod: Zod = fc.oneof(intersectionsOf(deep), level(deep), level(intersectionsOf(shallow)));

/** Two schemas, mostly one that is a part of the other. */
export const zodPair: fc.Arbitrary<readonly [z.ZodType, z.ZodType]> = fc
  .tuple(anyZod, anyZod, fc.nat(4))
  .map(([one, other, kind]) => {
    const pairs = [
      [one, z.union([one, other])],
      [one.and(other), one],
      [one, one.and(other)],
      [z.union([one, other]), other],
    ] as const;
    return pairs[kind] ?? [one, other];
  });
