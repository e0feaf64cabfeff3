import * as z from 'zod';
import { same } from '../../checks/same.fixture.js';
import { call, streaming, type CallDeclaration, type Durable, type Once, type Stream } from './call.js';
import { defineContract, type EventFailure, type EventName } from './contract.js';
import { defineQueue, type QueueDefinition } from './queue.js';

const sku = z.strictObject({ sku: z.string() });
const order = z.strictObject({ sku: z.string(), count: z.int() });
const reservation = z.strictObject({ reservation: z.string() });
const left = z.strictObject({ left: z.int() });

const stock = defineQueue('stock', {
  events: {
    low: sku,
    reserve: call({
      input: order,
      output: reservation,
      failures: { sold_out: { retry: false, data: left }, offline: { retry: true } },
      timeoutMs: 5_000,
    }),
    count: call({ input: sku, output: left, idempotent: true }),
    order: call({ input: sku, output: left, durable: true, answerForMs: 60_000 }),
    movements: streaming({ input: sku, output: z.int() }),
  },
});
const shop = defineContract({ stock });
type Shop = typeof shop;

stock satisfies QueueDefinition;
same<EventName<Shop, 'stock'>, 'low'>(true);
same<keyof (typeof stock)['events'], 'low'>(true);
type Calls = NonNullable<(typeof stock)['calls']>;
same<Calls['reserve'], CallDeclaration<{ sku: string; count: number }, { reservation: string }, Once>>(true);
same<Calls['count'], CallDeclaration<{ sku: string }, { left: number }, Once>>(true);
same<Calls['order'], CallDeclaration<{ sku: string }, { left: number }, Durable>>(true);
same<Calls['movements'], CallDeclaration<{ sku: string }, number, Stream>>(true);
same<keyof Calls, 'reserve' | 'count' | 'order' | 'movements'>(true);
same<EventFailure<Shop, 'stock', 'low'>, never>(true);

// @ts-expect-error a call without an output is an event
call({ input: sku });
// @ts-expect-error an input that is stored otherwise than it came
call({ input: z.string().transform(Number), output: left });
// @ts-expect-error an output that is no JSON
call({ input: sku, output: z.date() });
// @ts-expect-error a failure says whether it is tried again
call({ input: sku, output: left, failures: { sold_out: {} } });
// @ts-expect-error a stream is not made again
streaming({ input: sku, output: left, idempotent: true });
// @ts-expect-error an answer that is not stored is not given again
call({ input: sku, output: left, answerForMs: 60_000 });
// @ts-expect-error a durable call may always be done twice
call({ input: sku, output: left, durable: true, idempotent: false });
// @ts-expect-error a stream is not stored
streaming({ input: sku, output: left, durable: true });
// @ts-expect-error an option that does not exist
call({ input: sku, output: left, timeout: 5 });
