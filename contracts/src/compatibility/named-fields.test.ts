import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { Json } from './json.js';
import { namedFields } from './named-fields.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

const named = async (schema: z.ZodType, payload: Json) => namedFields(await jsonSchemaOf(schema))(payload);

const item = z.strictObject({ sku: z.string() });

describe('what a schema names of a payload', () => {
  it('is its fields, at any depth', async () => {
    const order = z.strictObject({ id: z.string(), items: z.array(item), first: item.nullable() });
    const payload = { id: 'a', items: [{ sku: 'x', new: 1 }], first: { sku: 'y', new: 2 }, new: 3 };
    expect(await named(order, payload)).toEqual({ id: 'a', items: [{ sku: 'x' }], first: { sku: 'y' } });
  });

  it('is everything where it takes any field', async () => {
    const payload = { id: 'a', more: 1 };
    expect(await named(z.looseObject({ id: z.string() }), payload)).toEqual(payload);
    expect(await named(z.record(z.string(), item), { a: { sku: 'x', new: 1 } })).toEqual({ a: { sku: 'x' } });
  });

  it('is that of the alternative which fits', async () => {
    const card = z.strictObject({ kind: z.literal('card'), number: z.string() });
    const cash = z.strictObject({ kind: z.literal('cash') });
    const payment = z.discriminatedUnion('kind', [cash, card]);
    expect(await named(payment, { kind: 'card', number: '1', new: 1 })).toEqual({
      kind: 'card',
      number: '1',
    });
    expect(await named(payment, { kind: 'coin', new: 1 })).toEqual({ kind: 'coin', new: 1 });
  });

  it('is not a field of another alternative that the value does not fit', async () => {
    const [short, long] = [
      z.strictObject({ a: z.string() }),
      z.strictObject({ a: z.string(), b: z.number() }),
    ];
    const either = z.union([short, long]);
    expect(await named(either, { a: 'x', b: 'y' })).toEqual({ a: 'x', b: 'y' });
    expect(await named(either, { a: 'x', new: 'y' })).toEqual({ a: 'x' });
    expect(await named(either, { a: 'x', b: 1, new: 'y' })).toEqual({ a: 'x', b: 1 });
  });

  it('is the same for a schema that contains itself', async () => {
    const tree = z.strictObject({
      get children() {
        return z.array(tree);
      },
    });
    const grown = { children: [{ children: [], new: 1 }], new: 1 };
    expect(await named(tree, grown)).toEqual({ children: [{ children: [] }] });
  });

  it('is found in a schema of which a part is undecidable', async () => {
    const refined = item.refine(({ sku }) => sku !== '');
    expect(await named(refined, { sku: 'x', new: 1 })).toEqual({ sku: 'x' });
  });

  it('is all of a value of another type', async () => {
    expect(await named(item, [{ new: 1 }])).toEqual([{ new: 1 }]);
  });
});
