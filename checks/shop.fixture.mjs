/** The same contract with each library of schemas, as the beginning of a program. */
const libraries = {
  zod: {
    from: "import * as z from 'zod';",
    object: (fields) => `z.strictObject({ ${fields('z.string()', 'z.number()')} })`,
  },
  'zod mini': {
    from: "import * as z from 'zod/mini';",
    object: (fields) => `z.strictObject({ ${fields('z.string()', 'z.number()')} })`,
  },
  valibot: {
    from: "import * as v from 'valibot';",
    object: (fields) => `v.strictObject({ ${fields('v.string()', 'v.number()')} })`,
  },
  arktype: {
    from: "import { type } from 'arktype';",
    object: (fields) => `type({ ${fields("'string'", "'number'")} })`,
  },
};

export const libraryNames = Object.keys(libraries);

/** A program that has a contract `shop`, its client `queue` and a `message` of its queue `orders`. */
export const shopWith = (library) => {
  const { from, object } = libraries[library];
  return `${from}
import { defineContract, defineQueue, type Message } from '@typed-queue/contracts';
import type { Outcome } from '@typed-queue/contracts/wire';
import { connect } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
export const orders = defineQueue('orders', { events: {
  placed: ${object((string, number) => `id: ${string}, total: ${number}`)},
  cancelled: ${object((string) => `id: ${string}, reason: ${string}`)},
} });
export const stock = defineQueue('stock', { events: { low: ${object((_, number) => `left: ${number}`)} } });
export const shop = defineContract({ orders, stock });
export const queue = connect(shop, { url: 'http://localhost:3333' });
declare const message: Message<typeof shop, 'orders'>;
`;
};

/** The ten commonest mistakes: where the error is, and what it names. */
export const mistakes = [
  {
    mistake: 'an unknown queue',
    code: "void queue.publish('ordres', 'placed', { id: 'a', total: 1 });",
    at: "'ordres'",
    names: ['"orders"', '"stock"'],
  },
  {
    mistake: 'an unknown event',
    code: "void queue.publish('orders', 'plcaed', { id: 'a', total: 1 });",
    at: "'plcaed'",
    names: ['"placed"', '"cancelled"'],
  },
  {
    mistake: 'a missing field',
    code: "void queue.publish('orders', 'placed', { id: 'a' });",
    at: "{ id: 'a' }",
    names: ["'total' is missing"],
  },
  {
    mistake: 'a field too many',
    code: "void queue.publish('orders', 'placed', { id: 'a', total: 1, more: 1 });",
    at: 'more: 1',
    names: ["'more' does not exist", 'id: string; total: number;'],
  },
  {
    mistake: 'a field of a wrong type',
    code: "void queue.publish('orders', 'placed', { id: 'a', total: '1' });",
    at: "total: '1'",
    names: ["'string' is not assignable to type 'number'"],
  },
  {
    mistake: 'a forgotten handler',
    code: "queue.subscribe('orders', { group: 'g' }, { placed: () => undefined });",
    at: '{ placed',
    names: ["'cancelled' is missing", 'EveryEvent', '"placed"', '"cancelled"'],
  },
  {
    mistake: 'an unknown handler',
    code: "queue.subscribe('orders', { group: 'g' }, { placed: () => 1, cancelled: () => 1, plcaed: () => 1 });",
    at: 'plcaed',
    names: ['NoSuchEvent', '"placed"', '"cancelled"'],
  },
  {
    mistake: 'a wrong filter',
    code: "queue.subscribe('orders', { group: 'g', events: ['plcaed'] }, () => undefined);",
    at: "'plcaed'",
    names: ['"placed"', '"cancelled"'],
  },
  {
    mistake: 'a match that is not exhaustive',
    code: "match(message).with({ event: 'placed' }, () => 1).exhaustive();",
    at: 'exhaustive',
    names: ['"cancelled"'],
  },
  {
    mistake: 'an outcome that does not exist',
    code: "({ kind: 'nack' }) satisfies Outcome;",
    at: "kind: 'nack'",
    names: ['"ack"', '"retry"', '"dead-letter"'],
  },
];

/** A program with a contract of a realistic size: an event of five fields, two of them nested, with an earlier version. */
export const store = `import * as z from 'zod';
import { defineContract, defineQueue, version } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
const address = z.strictObject({ street: z.string(), city: z.string(), zip: z.string().optional() });
const price = z.strictObject({ amount: z.number(), currency: z.enum(['EUR', 'USD']) });
const placed = z.strictObject({
  id: z.uuid(), at: z.iso.datetime(), customer: z.strictObject({ name: z.string(), address }),
  lines: z.array(z.strictObject({ sku: z.string(), price })), total: z.number(),
});
const earlier = placed.omit({ total: true });
const cancelled = z.strictObject({ id: z.uuid(), reason: z.string() });
const shipped = z.strictObject({ id: z.uuid(), carrier: z.string() });
const orders = defineQueue('orders', { events: { placed, cancelled, shipped } });
export const queue = connect(defineContract({ orders }), { url: 'http://localhost:3333' });
const rest = { id: 'a', at: 'b', lines: [{ sku: 'c', price: { amount: 1, currency: 'EUR' as const } }] };
const customer = { name: 'd', address: { street: 'e', city: 'f' } };
`;

/**
 * Mistakes there. The compiler prints the payload itself, and no other name of its type is known to it: once where a field
 * is too many, with the given value and twice where one is missing. The step of a version is printed with its schema.
 */
export const storeMistakes = [
  {
    mistake: 'a missing field',
    code: "void queue.publish('orders', 'placed', { ...rest, customer });",
    at: '{ ...rest',
    names: ["'total' is missing"],
    length: 1_000,
  },
  {
    mistake: 'a field too many',
    code: "void queue.publish('orders', 'placed', { ...rest, customer, total: 1, more: 1 });",
    at: 'more: 1',
    names: ["'more' does not exist"],
    length: 320,
  },
  {
    mistake: 'a missing field in a field',
    code: "void queue.publish('orders', 'placed', { ...rest, customer: { name: 'd', address: { street: 'e' } }, total: 1 });",
    at: 'address: { street',
    names: ["'city' is missing"],
  },
  {
    mistake: 'a field of a wrong type in a list',
    code: "void queue.publish('orders', 'placed', { ...rest, customer, lines: [{ sku: 1, price: rest.lines[0]!.price }], total: 1 });",
    at: 'sku: 1',
    names: ["'number' is not assignable to type 'string'"],
  },
  {
    mistake: 'two forgotten handlers of three',
    code: "queue.subscribe('orders', { group: 'g' }, { placed: () => undefined });",
    at: '{ placed',
    names: ['EveryEvent', 'cancelled, shipped'],
    length: 330,
  },
  {
    mistake: 'an unknown event of the client',
    code: "queue.on('deadletter', () => undefined);",
    at: "'deadletter'",
    names: ['ClientEvents'],
  },
  {
    mistake: 'an upcast to a wrong type',
    code: "defineQueue('o', { events: { placed }, versions: { placed: [version(earlier, (one) => ({ ...one, total: '1' })), placed] } });",
    at: 'version(earlier',
    names: ["'upcast(...).total' are incompatible", "'string' is not assignable to type 'number'"],
    length: 1_200,
  },
];

/** A program with a queue whose event may fail in two declared ways. */
export const failing = `import { defineContract, defineQueue, event } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import * as z from 'zod';
const low = z.strictObject({ sku: z.string() });
const failures = { mail_down: { retry: true }, sold_out: { retry: false, data: z.strictObject({ left: z.int() }) } } as const;
const stock = defineQueue('stock', { events: { low: event(low, { failures }) } });
const queue = connect(defineContract({ stock }), { url: 'http://localhost:3333' });
`;

const failWith = (failure) =>
  `queue.subscribe('stock', { group: 'g' }, { low: (_, { fail }) => { throw ${failure}; } });`;

export const failingMistakes = [
  {
    mistake: 'a failure that may or may not be retried',
    code: 'event(low, { failures: { mail_down: {} } });',
    at: 'mail_down: {}',
    names: ["'retry' is missing"],
  },
  {
    mistake: 'an unknown field of a failure',
    code: 'event(low, { failures: { mail_down: { retry: true, delayMs: 5 } } });',
    at: 'mail_down: {',
    names: ['it has only retry, retryDelaysMs, data'],
  },
  {
    mistake: 'a reserved code',
    code: 'event(low, { failures: { overloaded: { retry: true } } });',
    at: 'overloaded: {',
    names: ['this code is reserved'],
  },
  {
    mistake: 'data that are no JSON',
    code: 'event(low, { failures: { sold_out: { retry: false, data: z.date() } } });',
    at: 'sold_out: {',
    names: ['a payload is JSON: no Date'],
  },
  {
    mistake: 'an unknown failure',
    code: failWith("fail('sold_oot', { left: 1 })"),
    at: "'sold_oot'",
    names: ['"mail_down"', '"sold_out"'],
  },
  {
    mistake: 'an unknown failure without data',
    code: failWith("fail('offline')"),
    at: "'offline'",
    names: ['"mail_down"', '"sold_out"'],
  },
  {
    mistake: 'forgotten data of a failure',
    code: failWith("fail('sold_out')"),
    at: "fail('sold_out')",
    names: ['Expected 2-3 arguments'],
  },
  {
    mistake: 'wrong data of a failure',
    code: failWith("fail('sold_out', { left: 'x' })"),
    at: "left: 'x'",
    names: ["'string' is not assignable to type 'number'"],
  },
  {
    mistake: 'data of a failure that has none',
    code: failWith("fail('mail_down', { left: 1 })"),
    at: 'left: 1',
    names: ["'left' does not exist"],
  },
  {
    mistake: 'an unknown code of dead letters',
    code: "void queue.admin.redrive('stock', { code: 'sold_oot' });",
    at: "code: 'sold_oot'",
    names: ['"sold_out"', '"attempts_exhausted"'],
  },
];

/** The most characters. */
export const LENGTHS = { error: 300, message: 160, method: 700, storeMethod: 1_500 };

export const linesOf = (text) => text.split('\n').length - 1;

/** By the number of queues: how many types the compiler may make to check `consumer`. */
export const BUDGETS = { 10: 3_450, 100: 4_100, 500: 6_900 };

/** The source of a contract of many queues. */
export const contractOf = (queues) => `import { defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';
const base = { id: z.string(), at: z.iso.datetime(), by: z.strictObject({ name: z.string(), roles: z.array(z.string()) }) };
${Array.from(
  { length: Number(queues) },
  (_, n) => `export const q${n} = defineQueue('q${n}', { events: {
  created: z.strictObject({ ...base, total${n}: z.number() }),
  updated: z.strictObject({ ...base, changed: z.array(z.string()) }),
  deleted: z.strictObject({ ...base, reason: z.string().optional() }),
} });`,
).join('\n')}
export const big = defineContract({ ${Array.from({ length: Number(queues) }, (_, n) => `q${n}`).join(', ')} });
`;

/** A program that publishes to and consumes a queue of such a contract. */
export const consumer = `import { connect } from '@typed-queue/queue-client';
import { big } from './big.js';
const queue = connect(big, { url: 'http://localhost:3333' });
const by = { name: 'a', roles: ['b'] };
void queue.publish('q3', 'created', { id: '1', at: '2', by, total3: 4 });
queue.subscribe('q4', { group: 'g' }, (message) => (message.event === 'updated' ? message.payload.changed : []));
queue.subscribe('q5', { group: 'g' }, {
  created: ({ payload }) => payload.total5,
  updated: ({ payload }) => payload.changed,
  deleted: ({ payload }) => payload.reason,
});
for await (const { payload } of queue.tail('q6', { events: ['deleted'] })) payload.reason satisfies string | undefined;
`;
