import { type, type Type } from 'arktype';
import fc from 'fast-check';

/** As arktype reads it. */
type Definition = string | RegExp | readonly unknown[] | Readonly<Record<string, unknown>>;
type Definitions = fc.Arbitrary<Definition>;

const leaf: Definitions = fc.constantFrom(
  ...['string', 'number', 'boolean', 'null', 'undefined', 'unknown', 'never', "'x'", "'x' | 1"],
  ...['string >= 2', 'string.uuid', 'string.trim', 'string.numeric.parse', 'Date'],
  ...['number.integer', 'number % 2', '1 < number <= 3', "string = 'x'", "'a' | 'b' | null"],
  /^a/,
);

const fields = fc.constantFrom('a', 'b', 'kind', 'a?', 'b?', '[string]');

const level = (part: Definitions): Definitions =>
  fc.oneof(
    leaf,
    {
      arbitrary: fc
        .tuple(
          fc.dictionary(fields, part, { maxKeys: 3, noNullPrototype: true }),
          fc.constantFrom('reject', 'ignore', 'delete'),
        )
        .map(([members, undeclared]) => ({ '+': undeclared, ...members })),
      weight: 4,
    },
    part.map((items) => [items, '[]']),
    fc.tuple(part, part, fc.constantFrom('|', '&')).map(([one, other, operator]) => [one, operator, other]),
    fc.tuple(part, part),
    part.map((checked) => [checked, ':', () => true]),
  );

/** Undefined where arktype refuses the definition. */
const parsed = (definition: unknown): Type | undefined => {
  try {
    // Safe: a wrong definition is refused.
    return type(definition as never);
  } catch {
    return undefined;
  }
};

/** Schemas of arktype. */
export const anyArktype: fc.Arbitrary<Type> = level(level(leaf))
  .map(parsed)
  .filter((schema) => schema !== undefined);

/** Two of them, mostly one that is a part of the other. */
export const arktypePair: fc.Arbitrary<readonly [Type, Type]> = fc
  .tuple(anyArktype, anyArktype, fc.nat(3))
  .map(([one, other, kind]) => {
    if (kind === 0) return [one, parsed([one, '|', other]) ?? other] as const;
    if (kind === 1) return [parsed([one, '&', other]) ?? other, one] as const;
    return [one, (kind === 2 ? parsed([one, '&', other]) : undefined) ?? other] as const;
  });
