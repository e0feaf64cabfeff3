import { describe, expect, it } from '@jest/globals';
import {
  call,
  contract,
  defineContract,
  defineQueue,
  event,
  streaming,
  type Contract,
} from '@typed-queue/contracts';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { startQueueServer } from '../server.js';
import { refuseAsynchronousSchemas } from './asynchronous-schemas.js';

const later = async (): Promise<boolean> => Promise.resolve(true);
const unique = z.string().refine(later);

/** A node with these fields and nodes below it. */
const tree = (fields: Record<string, z.ZodType<string | object>>) => {
  const node: z.ZodType<object> = z.strictObject({
    ...fields,
    get children() {
      return z.array(node);
    },
  });
  return node;
};

const keyedTree = z.strictObject({
  get children(): z.ZodType<object> {
    return z.record(unique, keyedTree);
  },
});

const orders = (placed: Contract['orders']['events'][string]): Contract =>
  defineContract({ orders: defineQueue('orders', { events: { fine: z.string(), placed } }) });

describe('an asynchronous schema', () => {
  it('of what comes with a failure is refused', async () => {
    const placed = event(z.string(), {
      failures: { sold_out: { retry: false, data: unique }, late: { retry: true } },
    });
    const queue = defineQueue('orders', { events: { placed } });
    await expect(refuseAsynchronousSchemas(defineContract({ orders: queue }))).rejects.toMatchObject({
      code: 'contract_invalid',
      message: expect.stringContaining('failure "sold_out" of "placed" of queue "orders"'),
      details: { asynchronous: [{ queue: 'orders', event: 'placed', failure: 'sold_out' }] },
    });
  });

  it('of the input or the output of a call is refused', async () => {
    const events = {
      reserve: call({ input: unique, output: z.string() }),
      rows: streaming({ input: z.string(), output: unique }),
    };
    const queue = defineQueue('orders', { events });
    await expect(refuseAsynchronousSchemas(defineContract({ orders: queue }))).rejects.toMatchObject({
      message: expect.stringContaining(
        'input of "reserve" of queue "orders", output of "rows" of queue "orders"',
      ),
      details: {
        asynchronous: [
          { event: 'reserve', of: 'input' },
          { event: 'rows', of: 'output' },
        ],
      },
    });
  });

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
    ['behind a reference', z.strictObject({ a: unique.meta({ id: 'Unique' }) })],
    [
      'of keys behind a reference',
      z.strictObject({ a: z.record(unique, z.number()).meta({ id: 'Keyed/~ %' }) }),
    ],
    ['of the rest of a tuple', z.tuple([z.string()]).rest(unique)],
    ['of keys in the rest of a tuple', z.tuple([z.string()]).rest(z.record(unique, z.number()))],
    ['of keys of several forms', z.record(z.union([z.literal('x'), unique]), z.string())],
    ['of numbers as keys', z.record(z.number().refine(later), z.string())],
    ['of keys of a template', z.record(z.templateLiteral(['a', z.number()]).refine(later), z.string())],
    [
      'of keys of an expression',
      z.record(
        z
          .string()
          .regex(/^x_\d+$/)
          .refine(later),
        z.string(),
      ),
    ],
    ['of a tree', tree({ id: unique })],
    ['of the keys in a tree', tree({ of: z.record(unique, z.string()) })],
    ['of the keys of nodes in a tree', keyedTree],
    ['of a tree as a whole', tree({}).refine(later)],
    ['of a tree in a field', z.strictObject({ of: tree({ id: unique }) })],
    ['of the children of a tree', z.strictObject({ get children() { return z.array(unique); } })], // prettier-ignore
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
