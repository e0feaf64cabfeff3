import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import * as z from 'zod';
import type { PayloadSchema } from '../payload-schema.js';
import { findIssues } from '../validate.js';
import { LENGTH_UNIT, type Json, type JsonSchema } from './json.js';
import { compareSchemas } from './schema-comparison.js';
import { jsonSchemaOf } from './schema/payload-schema.js';
import { anyArktype, arktypePair } from './schema/arktype-schemas.fixture.js';
import { anyValibot, valibotPair } from './schema/valibot-schemas.fixture.js';
import { anyZod, zodPair } from './schema/zod-schemas.fixture.js';
import { anySchema, mutated, payloadsOf } from './schemas.fixture.js';
import { canonicalSchemaOf } from './shape/canonical.js';
import { shapeOf } from './shape/parse.js';
import { validityOf } from './shape/validity.js';
import { isDecidable } from './undecidable.js';

/** A schema of zod; null where zod has none for this JSON Schema. */
const zodOf = (schema: JsonSchema): z.ZodType | null => {
  try {
    const text = JSON.stringify(schema, (key, part: unknown) => (key === LENGTH_UNIT ? undefined : part));
    // An unknown keyword would be metadata.
    return z.fromJSONSchema(JSON.parse(text) as JsonSchema & z.core.JSONSchema.JSONSchema);
  } catch {
    return null;
  }
};

const accepts =
  (schema: PayloadSchema) =>
  (payload: Json): boolean => {
    try {
      return findIssues(schema, payload) === undefined;
    } catch {
      // It changes the payload, which is refused as well.
      return false;
    }
  };

const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false });

/** Of larger numbers zod takes some for multiples that are none. */
const isSmall = (payload: Json): boolean => !/\d{13}/.test(JSON.stringify(payload));

/** The other validator counts the length of texts in code points. */
const isCounted = (payload: Json, schema: JsonSchema): boolean =>
  !JSON.stringify(schema).includes('utf-16') || !/[\ud800-\udfff]/.test(JSON.stringify(payload));

type Pair = readonly [PayloadSchema, PayloadSchema];
type ZodPair = readonly [z.ZodType, z.ZodType];

/** Of JSON Schemas that are changes of each other. */
const changedPair: fc.Arbitrary<ZodPair> = anySchema
  .chain((old) => fc.tuple(fc.constant(old), fc.oneof(mutated(old), anySchema)))
  .map(([old, next]) => [zodOf(old), zodOf(next)] as const)
  .filter((pair): pair is ZodPair => !pair.includes(null));

type Filter = (payload: Json) => boolean;
const anything: Filter = () => true;
/** An array counts as no object; valibot and arktype let one pass. */
const noArrays: Filter = (payload) => !JSON.stringify(payload).includes('[');

/** What a failure of a property shows of schemas. */
const shown = async (schemas: readonly PayloadSchema[]): Promise<string> =>
  JSON.stringify(await Promise.all(schemas.map(jsonSchemaOf)));

describe('schemas of', () => {
  it.each<[string, fc.Arbitrary<Pair>, Filter]>([
    ['zod, made of JSON Schemas', changedPair, anything],
    ['zod', zodPair, anything],
    ['valibot', valibotPair, noArrays],
    ['arktype', arktypePair, noArrays],
  ])(
    '%s: payloads of the one parse by the other, whenever the comparison says so',
    async (_, pairs, counts) => {
      const seen = { holds: 0, fails: 0, unknown: 0 };
      const property = fc.asyncProperty(pairs, fc.gen(), async ([one, other], gen) => {
        const [old, next] = [await jsonSchemaOf(one), await jsonSchemaOf(other)];
        const { write } = compareSchemas(old, next);
        seen[write.kind] += 1;
        if (write.kind === 'holds') {
          const refused = gen(payloadsOf, old, next).filter(
            (payload) => counts(payload) && accepts(one)(payload) && !accepts(other)(payload),
          );
          if (refused.length > 0)
            throw new Error(`${JSON.stringify(refused)} of ${await shown([one, other])}`);
          return;
        }
        for (const difference of write.differences) {
          if (difference.kind === 'unknown' || difference.example === undefined) continue;
          const { example } = difference;
          if (!counts(example)) continue;
          const isShown = accepts(one)(example) && !accepts(other)(example);
          if (!isShown) throw new Error(`${JSON.stringify(example)} of ${await shown([one, other])}`);
        }
      });
      await fc.assert(property, { numRuns: 300 });
      // It must decide, or the property says nothing.
      expect(seen.holds).toBeGreaterThan(10);
      expect(seen.fails).toBeGreaterThan(5);
    },
  );

  it.each<[string, fc.Arbitrary<PayloadSchema>, Filter]>([
    ['zod, made of JSON Schemas', changedPair.map(([old]) => old), anything],
    ['zod', anyZod, anything],
    ['valibot', anyValibot, noArrays],
    ['arktype', anyArktype, noArrays],
  ])('%s: accept what their JSON Schema accepts, as far as it says so', async (_, schemas, counts) => {
    const seen = { complete: 0, incomplete: 0 };
    const property = fc.asyncProperty(schemas, fc.gen(), async (parser, gen) => {
      const schema = await jsonSchemaOf(parser);
      const shape = shapeOf(schema);
      const canonical = canonicalSchemaOf(shape);
      const validate = ajv.compile(canonical);
      // The other validator knows no formats.
      const isComplete = isDecidable(canonical) && !JSON.stringify(canonical).includes('"format"');
      seen[isComplete ? 'complete' : 'incomplete'] += 1;
      const wrong = gen(payloadsOf, schema, schema)
        .filter(counts)
        .filter((payload) => {
          const isAccepted = accepts(parser)(payload);
          const said = validityOf(shape, payload);
          return (
            said === (isAccepted ? 'invalid' : 'valid') ||
            (isComplete &&
              isSmall(payload) &&
              isCounted(payload, canonical) &&
              validate(payload) !== isAccepted)
          );
        });
      if (wrong.length > 0) throw new Error(`${JSON.stringify(wrong)} of ${await shown([parser])}`);
    });
    await fc.assert(property, { numRuns: 150 });
    expect(seen.complete).toBeGreaterThan(10);
  });
});
