import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PayloadSchema } from '../payload-schema.js';
import { findIssues } from '../validate.js';
import type { Inclusion } from './inclusion.js';
import type { Json } from './json.js';
import { LIBRARIES } from './library-makers.fixture.js';
import { recipePair } from './mixed-schemas.fixture.js';
import { namedFields } from './named-fields.js';
import { compareSchemas } from './schema-comparison.js';
import { jsonSchemaOf } from './schema/payload-schema.js';
import { payloadsOf } from './schemas.fixture.js';

const accepts = (schema: PayloadSchema, payload: Json): boolean => {
  try {
    return findIssues(schema, payload) === undefined;
  } catch {
    return false;
  }
};

/** An array counts as no object; valibot and arktype let one pass. */
const isObjectFree = (payload: Json): boolean => !JSON.stringify(payload).includes('[');

const names = Object.keys(LIBRARIES) as (keyof typeof LIBRARIES)[];

/** The verdict of a comparison, and payloads of which it says what is not so. */
const compared = async (own: PayloadSchema, served: PayloadSchema, gen: fc.GeneratorValue) => {
  const [schema, servedSchema] = [await jsonSchemaOf(own), await jsonSchemaOf(served)];
  const { verdict, read, write } = compareSchemas(schema, servedSchema);
  const named = namedFields(schema);
  const isRead = (payload: Json): boolean => accepts(own, payload) || accepts(own, named(payload));
  const isLie = (payload: Json): boolean => {
    const [here, there] = [accepts(own, payload), accepts(served, payload)];
    if (verdict === 'same') return here !== there;
    return (write.kind === 'holds' && here && !there) || (read.kind === 'holds' && there && !isRead(payload));
  };
  const isShown = (example: Json, source: PayloadSchema, target: (payload: Json) => boolean): boolean =>
    accepts(source, example) && !target(example);
  const lies = [
    ...gen(payloadsOf, schema, servedSchema).filter((payload) => isObjectFree(payload) && isLie(payload)),
    ...examplesIn(write).filter((example) => !isShown(example, own, (payload) => accepts(served, payload))),
    ...examplesIn(read).filter((example) => !isShown(example, served, isRead)),
  ];
  return { read, write, verdict, lies, schemas: [schema, servedSchema] };
};

const examplesIn = (inclusion: Inclusion): readonly Json[] =>
  inclusion.kind === 'holds'
    ? []
    : inclusion.differences.flatMap((found) =>
        found.kind === 'fails' && found.example !== undefined && isObjectFree(found.example)
          ? [found.example]
          : [],
      );

describe('the comparison with a schema of any library never lies: of', () => {
  it.each(names)('%s', async (ours) => {
    const seen = { holds: 0, fails: 0, unknown: 0 };
    const property = fc.asyncProperty(
      recipePair,
      fc.constantFrom(...names),
      fc.gen(),
      async ([mine, other], theirs, gen) => {
        const found = await compared(LIBRARIES[ours](mine), LIBRARIES[theirs](other), gen);
        for (const { kind } of [found.read, found.write]) seen[kind] += 1;
        if (found.lies.length > 0) throw new Error(`The other is of ${theirs}: ${JSON.stringify(found)}`);
      },
    );
    await fc.assert(property, { numRuns: 60 });
    // It must decide, or the property says nothing.
    expect(seen.holds).toBeGreaterThan(5);
    expect(seen.fails).toBeGreaterThan(5);
  });
});
