/** Which schemas may be those of a payload, with each library that implements Standard Schema. */
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import * as m from 'zod/mini';
import { defineContract, type Payload } from './contract.js';
import type { PayloadSchema } from './payload-schema.js';
import { defineQueue, type QueueDefinition } from './queue.js';
import { same } from '../../checks/same.fixture.js';

// The same payload in four libraries has the same type.
interface Order {
  id: string;
  items: { sku: string; count: number }[];
  note?: string | undefined;
}
const item = z.strictObject({ sku: z.string(), count: z.number() });
const orders = defineQueue('orders', {
  events: {
    zod: z.strictObject({ id: z.string(), items: z.array(item), note: z.string().optional() }),
    mini: m.strictObject({
      id: m.string(),
      items: m.array(m.strictObject({ sku: m.string(), count: m.number() })),
      note: m.optional(m.string()),
    }),
    valibot: v.strictObject({
      id: v.string(),
      items: v.array(v.strictObject({ sku: v.string(), count: v.number() })),
      note: v.optional(v.string()),
    }),
    arktype: type({
      id: 'string',
      items: type({ sku: 'string', count: 'number' }).array(),
      'note?': 'string',
    }),
  },
});
const shop = defineContract({ orders });
type Shop = typeof shop;
declare const zod: Payload<Shop, 'orders', 'zod'>;
declare const mini: Payload<Shop, 'orders', 'mini'>;
declare const valibot: Payload<Shop, 'orders', 'valibot'>;
declare const arktype: Payload<Shop, 'orders', 'arktype'>;
[zod, mini, valibot, arktype] satisfies Order[];

// Brands are not seen by JSON.
const branded = defineQueue('branded', {
  events: {
    zod: z.strictObject({ id: z.string().brand<'Id'>(), ids: z.array(z.number().brand<'N'>()) }),
    object: z.strictObject({ a: z.string() }).brand<'A'>(),
    mini: m.strictObject({ id: m.string().brand<'Id'>() }),
    valibot: v.strictObject({ id: v.pipe(v.string(), v.brand('Id')) }),
    arktype: type({ id: type('string').brand('Id') }),
  },
});
same<typeof branded.name, 'branded'>(true);

// What only a value shows is left to the server.
interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}
defineQueue('fine', {
  events: {
    unknown: z.unknown(),
    any: z.any(),
    null: z.null(),
    json: z.json(),
    object: z.custom<object>(),
    recursive: z.custom<Tree>(),
    tuple: z.tuple([z.string(), z.number()]),
    record: z.record(z.string(), z.unknown()),
    never: z.strictObject({ a: z.undefined().optional(), b: z.never().optional() }),
    either: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('a') }),
      z.strictObject({ kind: z.literal('b'), count: z.int() }),
    ]),
  },
});

// JSON cannot carry these; the reason is in the message.
// @ts-expect-error JSON has no Date
defineQueue('q', { events: { e: z.date() } });
// @ts-expect-error no Date in a field
defineQueue('q', { events: { e: z.strictObject({ id: z.string(), at: z.date() }) } });
// @ts-expect-error no Date in an optional field
defineQueue('q', { events: { e: z.strictObject({ at: z.date().optional() }) } });
// @ts-expect-error no Date in one of several alternatives
defineQueue('q', { events: { e: z.strictObject({ at: z.union([z.string(), z.date()]) }) } });
// @ts-expect-error no bigint in a list
defineQueue('q', { events: { e: z.strictObject({ list: z.array(z.strictObject({ n: z.bigint() })) }) } });
// @ts-expect-error JSON has no Map
defineQueue('q', { events: { e: z.map(z.string(), z.string()) } });
// @ts-expect-error JSON has no Set
defineQueue('q', { events: { e: z.set(z.string()) } });
// @ts-expect-error JSON has no bytes
defineQueue('q', { events: { e: z.strictObject({ bytes: z.instanceof(Uint8Array) }) } });
// @ts-expect-error JSON has no function
defineQueue('q', { events: { e: z.strictObject({ run: z.function() }) } });
// @ts-expect-error JSON has no symbol
defineQueue('q', { events: { e: z.symbol() } });
// @ts-expect-error JSON has no undefined
defineQueue('q', { events: { e: z.undefined() } });
// @ts-expect-error JSON has no void
defineQueue('q', { events: { e: z.void() } });
// @ts-expect-error nor undefined in a list: it would become null
defineQueue('q', { events: { e: z.array(z.string().optional()) } });
// @ts-expect-error the same in zod mini
defineQueue('q', { events: { e: m.strictObject({ at: m.date() }) } });
// @ts-expect-error the same in valibot
defineQueue('q', { events: { e: v.strictObject({ at: v.date() }) } });
// @ts-expect-error a field that is there and undefined is not there
defineQueue('q', { events: { e: v.strictObject({ at: v.undefinedable(v.string()) }) } });
// @ts-expect-error the same in arktype
defineQueue('q', { events: { e: type({ at: 'Date' }) } });

// What changes the value: zod in `queue.test-d.ts`.
// @ts-expect-error the same in zod mini
defineQueue('q', { events: { e: m.pipe(m.string(), m.transform(Number)) } });
// @ts-expect-error zod mini: a default
defineQueue('q', { events: { e: m.strictObject({ a: m._default(m.string(), 'x') }) } });
// @ts-expect-error the same in valibot
defineQueue('q', { events: { e: v.pipe(v.string(), v.transform(Number)) } });
// @ts-expect-error valibot: a default
defineQueue('q', { events: { e: v.strictObject({ a: v.optional(v.string(), 'x') }) } });
// @ts-expect-error the same in arktype
defineQueue('q', { events: { e: type('string.numeric.parse') } });
// @ts-expect-error arktype: a default
defineQueue('q', { events: { e: type({ a: "string = 'x'" }) } });

// Factories of queues: generic in the name, in the schema, and in a document within other fields.
type Fields = Readonly<Record<string, unknown>>;
const named = <const N extends string>(name: N) => defineQueue(name, { events: { e: z.string() } });
const ofSchema = <const N extends string, T extends Fields>(name: N, document: PayloadSchema<T>) =>
  defineQueue(name, { events: { created: document, removed: z.strictObject({ id: z.string() }) } });
const ofObject = <const N extends string, S extends z.ZodObject>(name: N, document: S) =>
  defineQueue(name, { events: { created: document } });
const ofDocument = <const N extends string, T extends Fields>(name: N, document: z.ZodType<T, T>) =>
  defineQueue(name, { events: { created: z.strictObject({ id: z.string(), document }) } });

const product = z.strictObject({ name: z.string() });
same<ReturnType<typeof named<'a'>>, QueueDefinition<'a', { readonly e: string }, never>>(true);
const products = ofDocument('products', product);
const goods = ofSchema('goods', product);
const things = ofObject('things', product);
const all = defineContract({ products, goods, things });
same<Payload<typeof all, 'products', 'created'>, { id: string; document: { name: string } }>(true);
same<Payload<typeof all, 'goods', 'created'>, { name: string }>(true);
same<Payload<typeof all, 'goods', 'removed'>, { id: string }>(true);
same<Payload<typeof all, 'things', 'created'>, { name: string }>(true);
