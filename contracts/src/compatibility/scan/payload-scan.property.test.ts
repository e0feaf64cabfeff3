import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { MAX_PAYLOAD_DEPTH } from '../../limits.js';
import { findIssues } from '../../validate.js';
import { anyZod } from '../schema/zod-schemas.fixture.js';
import { jsonSchemaOf } from '../schema/payload-schema.js';
import { anySchema, payloadsOf } from '../schemas.fixture.js';
import { bytesOf } from './json-scan.js';
import { payloadScan } from './payload-scan.js';

const accepts = (schema: z.ZodType, text: string): boolean => {
  try {
    return findIssues(schema, JSON.parse(text)) === undefined;
  } catch {
    return false;
  }
};

/** Schemas of zod that were JSON Schemas; those that zod has none for are left out. */
const fromJson: fc.Arbitrary<z.ZodType> = anySchema
  .map((schema) => {
    try {
      return z.fromJSONSchema(schema);
    } catch {
      return null;
    }
  })
  .filter((schema) => schema !== null);

const PARTS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u0041',
  '"a":',
  '"__proto__":1,',
  '1',
  '.',
  '-',
  '0',
];
const MORE = ['e9', ' ', 'null', 'true', '\u0000', 'ä', '😀', '\ud800', '9007199254740993', '.5', '-0'];
const part = fc.constantFrom(...PARTS, ...MORE);

/** One place of a text replaced. */
const edited = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(2), fc.option(part, { nil: '' }))
    .map(([at, length, other]) => text.slice(0, at) + other + text.slice(at + length));

describe.each<[string, fc.Arbitrary<z.ZodType>]>([
  ['made of JSON Schemas', fromJson],
  ['of all kinds', anyZod],
])('schemas of zod, %s', (_, schemas) => {
  it('accept each text that a scan accepts', async () => {
    const seen = { accepted: 0, left: 0 };
    const property = fc.asyncProperty(schemas, fc.gen(), async (schema, gen) => {
      const json = await jsonSchemaOf(schema);
      const scan = payloadScan(json);
      if (scan === undefined) return;
      for (const payload of gen(payloadsOf, json, json)) {
        const text = JSON.stringify(payload);
        for (const each of [text, gen(edited, text), gen(edited, text)]) {
          const bytes = bytesOf(`x${each},"y"`);
          const isAccepted = scan(bytes, 1, bytes.length - 4);
          seen[isAccepted ? 'accepted' : 'left'] += 1;
          if (isAccepted && !accepts(schema, each)) throw new Error(`${each} of ${JSON.stringify(json)}`);
        }
      }
    });
    await fc.assert(property, { numRuns: 300 });
    expect(seen.accepted).toBeGreaterThan(300);
  });
});

describe('a schema for anything', () => {
  const scan = payloadScan({});

  it('has a scan that accepts what JSON.stringify writes', () => {
    const property = fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
      const bytes = bytesOf(JSON.stringify(value));
      // An exponent, and names with an escape or of a prototype are left to the parser.
      if (/\de[+-]?\d|\\|__proto__/.test(JSON.stringify(value))) return;
      expect(scan?.(bytes, 0, bytes.length)).toBe(true);
    });
    fc.assert(property);
  });

  it('leaves to the parser what is nested as deep as a payload may not be', () => {
    const bytes = bytesOf('['.repeat(MAX_PAYLOAD_DEPTH + 1) + ']'.repeat(MAX_PAYLOAD_DEPTH + 1));
    expect(scan?.(bytes, 0, bytes.length)).toBe(false);
  });
});
