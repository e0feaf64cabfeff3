import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import * as z from 'zod';
import type { PayloadSchema } from '../payload-schema.js';
import { compareSchemas } from './schema-comparison.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

const id = z.string();
const n = z.number();
const base = z.strictObject({ id });

const readOf = async (own: PayloadSchema, other: PayloadSchema) =>
  compareSchemas(await jsonSchemaOf(own), await jsonSchemaOf(other)).read;

describe('a reader tolerates', () => {
  it.each<[string, (short: z.ZodType, long: z.ZodType) => z.ZodType]>([
    ['an object', (short, long) => z.union([short, long])],
    ['a field', (short, long) => z.union([z.strictObject({ x: short }), z.strictObject({ x: long })])],
    ['a list', (short, long) => z.union([z.array(short), z.array(long)])],
    ['a record', (short, long) => z.union([z.record(id, short), z.record(id, long)])],
    ['a refined object', (short, long) => z.union([short, long.refine(() => true)])],
  ])('no field that another alternative names: %s', async (_what, either) => {
    const [short, long] = [base, z.strictObject({ id, n })];
    const wrong = z.strictObject({ id, n: id });
    expect((await readOf(either(short, long), either(wrong, wrong))).kind).not.toBe('holds');
    const added = z.strictObject({ id, added: n });
    expect((await readOf(either(short, long), either(added, added))).kind).toBe('holds');
  });

  it('a field of another alternative where a third tells them apart', async () => {
    const a = z.strictObject({ kind: z.literal('a'), id });
    const b = z.strictObject({ kind: z.literal('b'), n });
    const grown = z.strictObject({ kind: z.literal('b'), n, id: n });
    expect((await readOf(z.union([a, b]), z.union([a, grown]))).kind).toBe('holds');
    expect((await readOf(z.union([z.union([a, b]), n]), z.union([a, grown]))).kind).toBe('holds');
  });

  it('no number of fields that it restricts', async () => {
    const fields = v.strictObject({ id: v.string(), n: v.optional(v.number()) });
    const one = v.pipe(fields, v.maxEntries(1));
    expect((await readOf(one, fields)).kind).toBe('unknown');
    expect((await readOf(fields, fields)).kind).toBe('holds');
  });

  it('fields of a schema that contains itself, or is missing', async () => {
    const list = (more: z.core.$ZodLooseShape): z.ZodType => {
      const node: z.ZodType = z.strictObject({
        id,
        ...more,
        get next() {
          return node.nullable();
        },
      });
      return node;
    };
    expect((await readOf(list({}), list({ n }))).kind).toBe('holds');
  });
});
