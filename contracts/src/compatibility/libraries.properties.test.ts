import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import * as z from 'zod';
import { findIssues } from '../validate.js';
import { compareSchemas } from './comparison.js';
import type { Json, JsonSchema } from './json.js';
import { jsonSchemaOf } from './schema/payload-schema.js';
import { anySchema, mutated, payloadsOf } from './schemas.fixture.js';
import { undecidableIn } from './undecidable.js';

/** A schema of zod; null where zod has none for this JSON Schema. */
const zodOf = (schema: JsonSchema): z.ZodType | null => {
  try {
    return z.fromJSONSchema(schema);
  } catch {
    return null;
  }
};

const accepts =
  (schema: z.ZodType) =>
  (payload: Json): boolean => {
    try {
      return findIssues(schema, payload) === undefined;
    } catch {
      // It changes the payload, which is refused as well.
      return false;
    }
  };

const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false });

const pair = anySchema.chain((old) => fc.tuple(fc.constant(old), fc.oneof(mutated(old), anySchema)));

describe('schemas of zod', () => {
  it('payloads of the one parse by the other, whenever the comparison says so', async () => {
    const seen = { holds: 0, fails: 0, unknown: 0 };
    const property = fc.asyncProperty(
      pair.chain(([old, next]) => fc.tuple(fc.constant(old), fc.constant(next), payloadsOf(old, next))),
      async ([old, next, payloads]) => {
        const [one, other] = [zodOf(old), zodOf(next)];
        if (one === null || other === null) return;
        const { write } = compareSchemas(await jsonSchemaOf(one), await jsonSchemaOf(other));
        seen[write.kind] += 1;
        if (write.kind === 'holds') {
          expect(payloads.filter(accepts(one)).filter((payload) => !accepts(other)(payload))).toEqual([]);
          return;
        }
        for (const difference of write.differences) {
          if (difference.kind === 'unknown' || difference.example === undefined) continue;
          expect([accepts(one)(difference.example), accepts(other)(difference.example)]).toEqual([
            true,
            false,
          ]);
        }
      },
    );
    await fc.assert(property, { numRuns: 150 });
    expect(seen.holds).toBeGreaterThan(10);
    expect(seen.fails).toBeGreaterThan(10);
  });

  it('accept what their JSON Schema accepts, where it is complete', async () => {
    const property = fc.asyncProperty(
      anySchema.chain((schema) => fc.tuple(fc.constant(schema), payloadsOf(schema, schema))),
      async ([schema, payloads]) => {
        const parser = zodOf(schema);
        if (parser === null) return;
        const converted = await jsonSchemaOf(parser);
        if (undecidableIn(converted).length > 0) return;
        const validate = ajv.compile(converted);
        expect(payloads.filter((payload) => accepts(parser)(payload) !== validate(payload))).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });
});
