import { call, defineContract, defineQueue, streaming, type AnyFailure } from '@typed-queue/contracts';
import * as z from 'zod';
import { same } from '../../../checks/same.fixture.js';
import type { QueueClient } from '../client.js';
import type { DeclaredFailure } from '../failures/declared-failure.js';
import type { Answer, CallPromise } from './call.js';
import type {
  DurableResponderContext,
  Responder,
  ResponderContext,
  Responders,
  Serving,
} from './responder.js';

const sku = z.strictObject({ sku: z.string() });
const reservation = z.strictObject({ reservation: z.string() });
const stock = defineQueue('stock', {
  events: {
    low: sku,
    reserve: call({
      input: z.strictObject({ sku: z.string(), count: z.int() }),
      output: reservation,
      failures: {
        sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
        warehouse_offline: { retry: true },
      },
      timeoutMs: 5_000,
    }),
    count: call({ input: z.array(z.string()), output: z.int(), idempotent: true }),
    movements: streaming({
      input: sku,
      output: z.strictObject({ at: z.string(), delta: z.int() }),
      failures: { archived: { retry: false } },
    }),
  },
});
const mail = defineQueue('mail', { events: { sent: sku } });
const shipping = defineQueue('shipping', {
  events: {
    order: call({ input: sku, output: reservation, failures: { shut: { retry: false } }, durable: true }),
    track: call({ input: sku, output: reservation }),
  },
});
const shop = defineContract({ stock, mail, shipping });
type Shop = typeof shop;
type SoldOut = { readonly code: 'sold_out'; readonly data: { left: number } };
type Offline = { readonly code: 'warehouse_offline'; readonly data: undefined };
declare const queue: QueueClient<Shop>;
declare const signal: AbortSignal;

const reserved = queue.call('stock', 'reserve', { sku: 'tea', count: 2 }, { signal, timeoutMs: 100 });
same<typeof reserved, CallPromise<{ reservation: string }, SoldOut | Offline>>(true);
same<Awaited<typeof reserved>, { reservation: string }>(true);

const answer = await reserved.answer;
same<typeof answer, Answer<{ reservation: string }, SoldOut | Offline>>(true);
if (answer.ok) same<typeof answer.value.reservation, string>(true);
else {
  const { error } = answer;
  if (error.code === 'sold_out') same<typeof error.data.left, number>(true);
  if (error.code === 'sold_out') error satisfies DeclaredFailure;
  if (error.code === 'warehouse_offline') same<typeof error.data, undefined>(true);
  if (error.code === 'undeclared') same<typeof error.data, AnyFailure>(true);
  if (error.code === 'deadline_exceeded') same<typeof error.retryable, boolean>(true);
  error satisfies Error;
  // @ts-expect-error a code that cannot come
  if (error.code === 'sold_oot') void error;
  // @ts-expect-error a code that no call has
  if (error.code === 'lease_lost') void error;
}

const ordered = queue.call(
  'shipping',
  'order',
  { sku: 'tea' },
  { id: 'order-1', key: 'tea', timeoutMs: 100 },
);
type Shut = { readonly code: 'shut'; readonly data: undefined };
same<typeof ordered, CallPromise<{ reservation: string }, Shut>>(true);
const attached = queue.attach('shipping', 'order', 'order-1', { signal });
same<typeof attached, CallPromise<{ reservation: string }, Shut>>(true);
// @ts-expect-error a call that is not stored has no id
void queue.call('stock', 'reserve', { sku: 'tea', count: 2 }, { id: 'order-1' });
// @ts-expect-error and cannot be waited for again
void queue.attach('shipping', 'track', 'order-1');
// @ts-expect-error a queue without calls
void queue.attach('mail', 'order', 'order-1');

const count: number = await queue.call('stock', 'count', ['tea'] as const);
void count;
const movements = queue.call('stock', 'movements', { sku: 'tea' });
same<typeof movements, AsyncIterable<{ at: string; delta: number }>>(true);
for await (const { delta } of movements) same<typeof delta, number>(true);

// @ts-expect-error no such queue
void queue.call('stocks', 'reserve', { sku: 'tea', count: 2 });
// @ts-expect-error no such call
void queue.call('stock', 'reserv', { sku: 'tea', count: 2 });
// @ts-expect-error an event is no call
void queue.call('stock', 'low', { sku: 'tea' });
// @ts-expect-error a queue without calls
void queue.call('mail', 'sent', { sku: 'tea' });
// @ts-expect-error a field is missing
void queue.call('stock', 'reserve', { sku: 'tea' });
// @ts-expect-error a field too many
void queue.call('stock', 'reserve', { sku: 'tea', count: 2, size: 1 });
// @ts-expect-error a field of a wrong type
void queue.call('stock', 'reserve', { sku: 'tea', count: '2' });
// @ts-expect-error no such option
void queue.call('stock', 'reserve', { sku: 'tea', count: 2 }, { timeout: 5 });
// @ts-expect-error a stream has no answer
void movements.answer;
// @ts-expect-error an event is published, a call is made
void queue.publish('stock', 'reserve', { sku: 'tea', count: 2 });

const serving = queue.serve('stock', {
  reserve: async ({ sku: name, count: wanted }, { fail, signal: aborted, deadline, attempt }) => {
    same<[typeof name, typeof wanted], [string, number]>(true);
    same<[typeof deadline, typeof attempt], [number, number]>(true);
    if (wanted > 3) throw fail('sold_out', { left: 3 }, { reason: 'only 3' });
    if (aborted.aborted) throw fail('warehouse_offline');
    await queue.call('stock', 'count', [name], { signal: aborted });
    return { reservation: name };
  },
  count: (skus) => skus.length,
  movements: async function* ({ sku: name }, { fail }) {
    yield { at: name, delta: 1 };
    throw fail('archived');
  },
});
same<typeof serving, Serving<'stock'>>(true);
void serving.close({ timeoutMs: 1_000 });

const none = async function* (): AsyncIterable<never> {
  yield* [];
};
const counted = (): number => 1;
const taken = () => ({ reservation: '' });
queue.serve('stock', { count: counted }, { calls: ['count'], concurrency: 4 });

// @ts-expect-error a call is forgotten
queue.serve('stock', { reserve: taken, count: counted });
// @ts-expect-error no such call
queue.serve('stock', { reserve: taken, count: counted, movements: none, reserv: taken });
// @ts-expect-error a call that the options do not name
queue.serve('stock', { count: counted, reserve: taken }, { calls: ['count'] });
// @ts-expect-error a call that the options name is forgotten
queue.serve('stock', { count: counted }, { calls: ['count', 'reserve'] });
// @ts-expect-error no such call
queue.serve('stock', { count: counted }, { calls: ['counts'] });
// @ts-expect-error no such option
queue.serve('stock', { count: counted }, { calls: ['count'], window: 4 });
// @ts-expect-error a queue without calls has no responders
queue.serve('mail', { sent: counted });
queue.serve('stock', {
  // @ts-expect-error the wrong output
  reserve: () => ({ reserved: '' }),
  count: counted,
  movements: none,
});
queue.serve('stock', {
  reserve: taken,
  // @ts-expect-error the wrong output, by a promise
  count: async () => 'one',
  movements: none,
});
queue.serve('stock', {
  reserve: taken,
  count: counted,
  // @ts-expect-error an iterable is expected
  movements: () => ({ at: '', delta: 1 }),
});
queue.serve('stock', {
  reserve: (_, { fail }) => {
    // @ts-expect-error a failure that the contract lacks
    throw fail('sold_oot', { left: 1 });
  },
  count: (_, { fail }) => {
    // @ts-expect-error it declares none
    throw fail('sold_out', { left: 1 });
  },
  movements: none,
});
queue.serve('stock', {
  reserve: (_, { fail }) => {
    // @ts-expect-error its data are missing
    throw fail('sold_out');
  },
  count: counted,
  movements: none,
});

// An output with a field that the contract lacks would be refused.
const more = { reservation: '', more: 1 };
const nested = defineContract({
  nested: defineQueue('nested', {
    events: {
      list: call({ input: sku, output: z.strictObject({ rows: z.array(z.strictObject({ at: z.int() })) }) }),
      either: call({
        input: sku,
        output: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('a'), a: z.string() }),
          z.strictObject({ kind: z.literal('b'), b: z.int().optional() }),
        ]),
      }),
      open: call({ input: sku, output: z.looseObject({ at: z.int() }) }),
      any: call({ input: sku, output: z.json() }),
    },
  }),
});
declare const deep: QueueClient<typeof nested>;
const fits = {
  list: async ({ sku: name }: { sku: string }) => ({ rows: name === '' ? [] : [{ at: 1 }] }),
  any: () => ({ rows: [{ at: [1, 'two', null] }] }),
  open: () => ({ at: 1, more: [2] }),
};
deep.serve('nested', { ...fits, either: () => ({ kind: 'a', a: '' }) });
deep.serve('nested', {
  ...fits,
  either: async () => (Math.random() > 1 ? { kind: 'a', a: '' } : { kind: 'b' }),
});
// @ts-expect-error a surplus field
queue.serve('stock', { reserve: () => more }, { calls: ['reserve'] });
// @ts-expect-error a surplus field, by a promise
queue.serve('stock', { reserve: async () => ({ reservation: '', more: 1 }) }, { calls: ['reserve'] });
queue.serve(
  'stock',
  {
    // @ts-expect-error a surplus field of an item
    movements: async function* () {
      yield { at: '', delta: 1, more: 1 };
    },
  },
  { calls: ['movements'] },
);
// @ts-expect-error a surplus field in a list
deep.serve('nested', { list: () => ({ rows: [{ at: 1, to: 2 }] }) }, { calls: ['list'] });
// @ts-expect-error a field that no variant has
deep.serve('nested', { either: () => ({ kind: 'a', a: '', c: '' }) }, { calls: ['either'] });

const either = { calls: ['either'] } as const;
// @ts-expect-error a field of another variant
deep.serve('nested', { either: () => ({ kind: 'a', a: '', b: 1 }) }, either);
const sometimes = { calls: ['reserve'] } as const;
// @ts-expect-error a surplus field in one of two outputs
queue.serve('stock', { reserve: ({ count: n }) => (n > 1 ? more : { reservation: '' }) }, sometimes);
queue.serve(
  'stock',
  {
    // @ts-expect-error likewise, in blocks
    reserve: async ({ count: n }) => {
      if (n > 1) return { reservation: '' };
      return { reservation: '', more: 1 };
    },
  },
  sometimes,
);
// @ts-expect-error a surplus field that may be missing
queue.serve('stock', { reserve: (): { reservation: string; more?: number } => more }, sometimes);
// What is not in the JSON is no field.
const logged = { reservation: '', log: (): void => undefined, more: undefined };
queue.serve('stock', { reserve: () => logged }, sometimes);

// @ts-expect-error the queue has no calls
queue.serve('mail', {});

// The id of a durable call is there.
queue.serve('shipping', {
  order: (_, { id }) => ({ reservation: id }),
  // @ts-expect-error it is of durable calls only
  track: (_, { id }) => ({ reservation: String(id) }),
});
same<Parameters<Responder<Shop, 'shipping', 'order'>>[1], DurableResponderContext<Shut>>(true);

// Responders may be declared apart.
const reserve: Responder<Shop, 'stock', 'reserve'> = ({ sku: name }) => ({ reservation: name });
const all: Responders<Shop, 'stock'> = { reserve, count: counted, movements: none };
queue.serve('stock', all);
const ignore = (_: unknown, { attempt }: ResponderContext): number => attempt;
queue.serve('stock', { count: ignore }, { calls: ['count'] });

// A client of more queues is one of fewer as well.
queue satisfies QueueClient<{ readonly stock: typeof stock }>;
queue.on('call:error', ({ queue: name, call: called, attempt, error }) => {
  same<[typeof name, typeof called], ['stock' | 'mail' | 'shipping', string]>(true);
  same<[typeof attempt, typeof error], [number, unknown]>(true);
});
