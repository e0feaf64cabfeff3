import { expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { PayloadSchema } from '../payload-schema.js';
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
