import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { compareSchemas } from './schema-comparison.js';
import type { Inclusion } from './inclusion.js';
import { isJsonObject, type Json, type JsonSchema } from './json.js';
import { canonicalSchemaOf } from './shape/canonical.js';
import { shapeOf } from './shape/parse.js';
import { tolerant } from './shape/tolerant.js';
import { anySchema, mutated, payloadsOf } from './schemas.fixture.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false });
const validator = (schema: JsonSchema): ((payload: Json) => boolean) => {
  const validate = ajv.compile(schema);
  return (payload) => validate(payload);
};

/** Two schemas, the second of which is mostly a change of the first, and payloads that may fit. */
const pair = anySchema.chain((old) =>
  fc.tuple(fc.constant(old), fc.oneof(mutated(old), mutated(old).chain(mutated), anySchema)),
);

/** What a schema allows, also fields that a strict object does not name. */
const tolerantOf = (schema: JsonSchema): JsonSchema => canonicalSchemaOf(tolerant(shapeOf(schema)));

const examplesIn = (inclusion: Inclusion): readonly Json[] =>
  inclusion.kind === 'holds'
    ? []
    : inclusion.differences.flatMap((found) => (found.kind === 'fails' ? [found.example ?? null] : []));

describe('comparing generated schemas', () => {
  it('what it proves holds for every payload, and what it refutes does not', () => {
    const seen = { holds: 0, fails: 0, unknown: 0 };
    fc.assert(
      fc.property(
        pair.chain(([old, next]) => fc.tuple(fc.constant(old), fc.constant(next), payloadsOf(old, next))),
        ([old, next, payloads]) => {
          const { read, write } = compareSchemas(old, next);
          seen[write.kind] += 1;
          const [accepts, isRead] = [validator(next), validator(tolerantOf(old))];
          const [valid, validThere] = [payloads.filter(validator(old)), payloads.filter(accepts)];
          if (write.kind === 'holds') expect(valid.filter((payload) => !accepts(payload))).toEqual([]);
          if (read.kind === 'holds') expect(validThere.filter((payload) => !isRead(payload))).toEqual([]);
          for (const example of examplesIn(write)) {
            expect([validator(old)(example), accepts(example)]).toEqual([true, false]);
          }
          for (const example of examplesIn(read))
            expect([accepts(example), isRead(example)]).toEqual([true, false]);
        },
      ),
      { numRuns: 150 },
    );
    // It must decide, or the property says nothing.
    expect(seen.holds).toBeGreaterThan(10);
    expect(seen.fails).toBeGreaterThan(10);
    expect(seen.unknown).toBeLessThan(seen.holds + seen.fails);
  });

  it('a schema is the same as itself, and as its canonical form', () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const canonical = canonicalSchemaOf(shapeOf(schema));
        expect(compareSchemas(schema, schema).verdict).toBe('same');
        expect(canonicalSchemaOf(shapeOf(canonical))).toEqual(canonical);
        expect(compareSchemas(schema, canonical).verdict).toBe('same');
      }),
      { numRuns: 100 },
    );
  });

  it('the canonical form allows the same payloads', () => {
    fc.assert(
      fc.property(
        anySchema.chain((schema) => fc.tuple(fc.constant(schema), payloadsOf(schema, schema))),
        ([schema, payloads]) => {
          const [given, canonical] = [validator(schema), validator(canonicalSchemaOf(shapeOf(schema)))];
          expect(payloads.filter((payload) => given(payload) !== canonical(payload))).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of anything', () => {
    const reversed = (schema: Json): Json => {
      if (!isJsonObject(schema)) return schema;
      const { anyOf, required, enum: values } = schema;
      const lists = { anyOf, required, enum: values };
      const entries = Object.entries({ ...schema }).reverse();
      return Object.fromEntries(
        entries.map(([key, value]) =>
          key in lists && Array.isArray(value)
            ? [key, [...(value as Json[])].reverse().map(reversed)]
            : [key, key === 'properties' && isJsonObject(value) ? reversedMembers(value) : reversed(value)],
        ),
      );
    };
    const reversedMembers = (members: Readonly<Record<string, Json>>): Json =>
      Object.fromEntries(
        Object.entries(members)
          .reverse()
          .map(([name, member]) => [name, reversed(member)]),
      );
    fc.assert(
      fc.property(anySchema, (schema) => {
        expect(canonicalSchemaOf(shapeOf(reversed(schema)))).toEqual(canonicalSchemaOf(shapeOf(schema)));
      }),
      { numRuns: 100 },
    );
  });
});
