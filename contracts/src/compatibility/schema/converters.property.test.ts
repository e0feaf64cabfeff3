import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { PayloadSchema } from '../../payload-schema.js';
import { findIssues } from '../../validate.js';
import { textOf, type Json, type JsonSchema } from '../json.js';
import { payloadsOf } from '../schemas.fixture.js';
import { canonicalSchemaOf } from '../shape/canonical.js';
import { shapeOf } from '../shape/parse.js';
import { validityOf } from '../shape/validity.js';
import { isDecidable } from '../undecidable.js';
import { jsonSchemaOf } from './payload-schema.js';
import { ARKTYPES } from './arktype-table.fixture.js';
import { PAYLOADS } from './payload-table.fixture.js';
import { VALIBOTS } from './valibot-table.fixture.js';
import { ZODS } from './zod-table.fixture.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false });

const accepts = (schema: PayloadSchema, payload: Json): boolean => {
  try {
    return findIssues(schema, payload) === undefined;
  } catch {
    return false;
  }
};

/** None for an expression of which the other validator does not know the flags. */
const validatorOf = (schema: JsonSchema): ((payload: Json) => boolean) | undefined => {
  try {
    const validate = ajv.compile(schema);
    return (payload) => validate(payload);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** What a schema says of a payload, and its library does not do. */
const lieOf = (accepted: boolean, said: 'valid' | 'invalid' | 'unknown'): boolean =>
  said === (accepted ? 'invalid' : 'valid');

describe('a converted schema never lies: every form of', () => {
  it.each([
    ['zod', ZODS],
    ['valibot', VALIBOTS],
    ['arktype', ARKTYPES],
  ])('%s', async (_library, table) => {
    const found: string[] = [];
    for (const [name, make] of table) {
      const schema = make();
      const converted = await jsonSchemaOf(schema);
      const shape = shapeOf(converted);
      const canonical = canonicalSchemaOf(shape);
      const text = JSON.stringify(canonical);
      const isComplete = isDecidable(canonical) && !/"format"|"multipleOf"|utf-16/.test(text);
      const validate = isComplete ? validatorOf(canonical) : undefined;
      const [more] = fc.sample(payloadsOf(converted, converted), 1);
      for (const payload of [...PAYLOADS, ...(more ?? [])]) {
        const accepted = accepts(schema, payload);
        // An array counts as no object.
        if (accepted && JSON.stringify(payload).includes('[') && text.includes('"type":"object"')) continue;
        const isLie =
          lieOf(accepted, validityOf(shape, payload)) ||
          (validate !== undefined && validate(payload) !== accepted);
        if (!isLie) continue;
        found.push(`${name}: ${accepted ? 'accepts' : 'refuses'} ${JSON.stringify(payload)}, ${text}`);
        break;
      }
    }
    expect(found).toEqual([]);
  });
});

it('schemas that count as the same accept the same', async () => {
  const first = new Map<string, { readonly name: string; readonly accepted: string }>();
  const found: string[] = [];
  for (const [name, make] of [...ZODS, ...VALIBOTS, ...ARKTYPES]) {
    const schema = make();
    const canonical = canonicalSchemaOf(shapeOf(await jsonSchemaOf(schema)));
    if (!isDecidable(canonical)) continue;
    const text = textOf(canonical);
    // Where its name is the same, it counts as the same.
    if (text.includes('"format"')) continue;
    const payloads = PAYLOADS.filter((payload) => !JSON.stringify(payload).includes('['));
    const accepted = JSON.stringify(payloads.filter((payload) => accepts(schema, payload)));
    const same = first.get(text) ?? { name, accepted };
    first.set(text, same);
    if (same.accepted !== accepted)
      found.push(`${same.name} accepts ${same.accepted}, ${name} ${accepted}; both are ${text}`);
  }
  expect(found).toEqual([]);
});
