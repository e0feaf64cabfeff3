import { describe, expect, it } from '@jest/globals';
import { contract, defineContract, defineQueue, type Contract } from '@typed-queue/contracts';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { startQueueServer } from '../server.js';
import { refuseAsynchronousSchemas } from './asynchronous-schemas.js';

const later = async (): Promise<boolean> => Promise.resolve(true);
const unique = z.string().refine(later);

const orders = (placed: Contract['orders']['events'][string]): Contract =>
  defineContract({ orders: defineQueue('orders', { events: { fine: z.string(), placed } }) });

describe('an asynchronous schema', () => {
  it.each([
    ['of a text', unique],
    ['of a field', z.strictObject({ id: unique, total: z.number() })],
    ['of a field of a field', z.strictObject({ at: z.iso.datetime(), by: z.strictObject({ id: unique }) })],
    [
      'of an object',
      z.strictObject({ id: z.uuid(), mail: z.email(), total: z.number().min(5) }).refine(later),
    ],
    ['of the items of a list', z.strictObject({ ids: z.array(unique) })],
    ['of one of several alternatives', z.strictObject({ of: z.union([z.number(), unique]) })],
    ['of the second alternative in a list', z.array(z.union([z.number(), unique]))],
    ['of the second alternative in a tuple', z.tuple([z.union([z.number(), unique])])],
    ['of a record', z.record(z.string(), unique)],
    ['of a record of keys with a form', z.record(z.uuid(), unique)],
    ['of the keys of a record', z.record(unique, z.number())],
    [
      'of the keys of a record in a field',
      z.strictObject({ of: z.record(z.uuid().refine(later), z.number()) }),
    ],
    [
      'of the keys of a record with some of its keys',
      z.partialRecord(z.enum(['a', 'b']).refine(later), z.number()),
    ],
    ['of the keys of a record with names of its own', z.record(z.enum(['a', 'b']).refine(later), z.number())],
    ['of the keys of a loose record', z.looseRecord(z.string().regex(/^x_/).refine(later), z.number())],
    ['of the values of a loose record', z.looseRecord(z.string().regex(/^x_/), unique)],
    [
      'of the keys of a record of zod mini',
      mini.record(mini.string().check(mini.refine(later)), mini.number()),
    ],
    [
      'of the keys of a record of valibot',
      v.recordAsync(v.pipeAsync(v.string(), v.checkAsync(later)), v.number()),
    ],
    ['of all other fields', z.object({ id: z.string() }).catchall(unique)],
    ['of a tuple', z.tuple([z.literal('a'), unique])],
    ['of an optional field', z.strictObject({ kind: z.enum(['x']), id: unique.optional() })],
    ['of zod mini', mini.strictObject({ id: mini.string().check(mini.refine(later)) })],
    ['of valibot', v.objectAsync({ id: v.pipeAsync(v.string(), v.checkAsync(later)) })],
  ])('%s is found by trying it, and named', async (_where, schema) => {
    await expect(refuseAsynchronousSchemas(orders(schema))).rejects.toMatchObject({
      code: 'contract_invalid',
      message: expect.stringContaining('"placed" of queue "orders"'),
      details: { asynchronous: [{ queue: 'orders', event: 'placed' }] },
    });
  });

  it.each([
    ['the contract of this system', contract],
    [
      'a recursive schema',
      orders(
        z.strictObject({
          name: z.string(),
          get children() {
            return z.array(z.unknown());
          },
        }),
      ),
    ],
    ['a schema without JSON Schema', orders(z.custom<string>((value) => typeof value === 'string'))],
    ['a schema that throws', orders(z.string().refine(() => { throw new Error('not for every text'); }))], // prettier-ignore
  ])('is not %s', async (_what, served) => {
    await expect(refuseAsynchronousSchemas(served)).resolves.toBeUndefined();
  });

  it('keeps a server from starting', async () => {
    const starting = startQueueServer({ storage: 'memory', contract: orders(unique) });
    await expect(starting).rejects.toMatchObject({ code: 'contract_invalid' });
  });
});
