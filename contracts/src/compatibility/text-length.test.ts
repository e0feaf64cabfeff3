import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { PayloadSchema } from '../payload-schema.js';
import { LENGTH_UNIT, type JsonSchema } from './json.js';
import { compareSchemas } from './schema-comparison.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

const id = z.string();

const compare = async (own: PayloadSchema, other: PayloadSchema) =>
  compareSchemas(await jsonSchemaOf(own), await jsonSchemaOf(other));

it('texts are counted as each library counts them', async () => {
  const inPoints = id.min(2).max(3);
  const inUnits = v.pipe(v.string(), v.minLength(2), v.maxLength(3));
  expect((await compare(inPoints, inUnits)).write).toMatchObject({
    differences: [{ rule: 'max-length', example: '😀😀😀' }],
  });
  expect((await compare(inPoints, inUnits)).read).toMatchObject({
    differences: [{ rule: 'min-length', example: '😀' }],
  });
  expect((await compare(z.enum(['😀', '👍']), id.min(2))).write.kind).toBe('fails');
  expect((await compare(z.enum(['😀', '👍']), inUnits)).write.kind).toBe('holds');
  expect((await compare(id.max(2), v.pipe(v.string(), v.maxLength(4)))).write.kind).toBe('holds');
  expect((await compare(inUnits, type('2 <= string <= 3'))).verdict).toBe('same');
});

describe('a schema of a build that did not name the unit', () => {
  const unnamed = async (schema: PayloadSchema): Promise<JsonSchema> =>
    JSON.parse(
      JSON.stringify(await jsonSchemaOf(schema), (key, part: unknown) =>
        key === LENGTH_UNIT ? undefined : part,
      ),
    ) as JsonSchema;
  const compareOld = async (own: PayloadSchema, old: PayloadSchema) =>
    compareSchemas(await jsonSchemaOf(own), await unnamed(old));
  const valibot = (max: number) =>
    v.strictObject({ a: v.pipe(v.string(), v.minLength(2), v.maxLength(max)) });
  const zod = (max: number) => z.strictObject({ a: id.min(2).max(max) });

  it.each([
    ['valibot', valibot(3), valibot(3)],
    ['arktype', type('2 <= string <= 3'), type('2 <= string <= 3')],
    ['zod', zod(3), zod(3)],
    ['another library, perhaps', zod(3), valibot(3)],
  ])('fits the unchanged one of %s, but is not the same', async (_library, own, old) => {
    expect((await compareOld(own, old)).verdict).toBe('both');
  });

  it('is the same where both units mean the same', async () => {
    const schemas = [v.pipe(v.string(), v.minLength(1)), type('string == 0'), id.min(1), v.string()];
    for (const schema of schemas) expect((await compareOld(schema, schema)).verdict).toBe('same');
  });

  it('differs where its numbers do', async () => {
    expect((await compareOld(valibot(3), valibot(4))).verdict).toBe('writable');
    const { read } = await compareOld(zod(3), zod(4));
    expect(read).toMatchObject({ differences: [{ rule: 'max-length', example: { a: 'text' } }] });
  });
});
