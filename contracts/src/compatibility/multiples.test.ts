import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { PayloadSchema } from '../payload-schema.js';
import { compareSchemas, type Verdict } from './schema-comparison.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

const compare = async (own: PayloadSchema, other: PayloadSchema) =>
  compareSchemas(await jsonSchemaOf(own), await jsonSchemaOf(other));

const exact = v.pipe(v.number(), v.multipleOf(3));
const rounded = z.number().multipleOf(3);

describe('multiples, which zod rounds', () => {
  it.each<[string, PayloadSchema, PayloadSchema, Verdict]>([
    ['zod and valibot', rounded, exact, 'unknown'],
    ['zod and arktype', rounded, type('number % 3'), 'unknown'],
    ['valibot and arktype', exact, type('number % 3'), 'same'],
    ['zod and itself', rounded, z.number().multipleOf(3), 'same'],
    [
      'integers of zod and of valibot',
      z.int().multipleOf(3),
      v.pipe(v.number(), v.safeInteger(), v.multipleOf(3)),
      'same',
    ],
    ['multiples of 1 and integers', z.number().multipleOf(1), z.int(), 'unknown'],
    ['integers that are multiples of 6 and of 3', z.int().multipleOf(3), z.int().multipleOf(6), 'readable'],
  ])('%s', async (_libraries, own, other, verdict) => {
    expect((await compare(own, other)).verdict).toBe(verdict);
  });

  it('every exact multiple is one for zod, and not the other way round', async () => {
    const { read, write } = await compare(rounded, exact);
    expect([read.kind, write.kind]).toEqual(['holds', 'unknown']);
  });
});
