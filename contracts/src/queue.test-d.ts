import * as z from 'zod';
import type { PayloadSchema } from './payload-schema.js';
import { defineQueue, type QueueDefinition, type Retention } from './queue.js';
import { same } from '../../checks/same.fixture.js';

const placed = z.strictObject({ total: z.number(), note: z.string().optional() });
const orders = defineQueue('orders', { events: { placed }, retention: { maxAgeMs: 1, maxBytes: 2 } });

same<
  typeof orders,
  QueueDefinition<'orders', { readonly placed: { total: number; note?: string | undefined } }, never>
>(true);
same<typeof orders.name, 'orders'>(true);
same<keyof typeof orders.events, 'placed'>(true);
same<typeof orders.retention, Retention>(true);
same<keyof Retention, 'maxAgeMs' | 'maxBytes' | 'maxMessages'>(true);
orders satisfies QueueDefinition;
placed satisfies PayloadSchema;

// A schema may check as much as it likes, as long as it hands on what came in.
defineQueue('checked', {
  events: {
    e: z
      .string()
      .min(1)
      .refine((text) => text !== 'no'),
  },
});
defineQueue('anything', { events: { e: z.unknown() } });
defineQueue('choice', { events: { e: z.union([z.string(), z.null()]) } });

// @ts-expect-error a transform changes the value
defineQueue('changed', { events: { e: z.string().transform((text) => text.length) } });
// @ts-expect-error a default changes the value
defineQueue('changed', { events: { e: z.strictObject({ a: z.string().default('x') }) } });
// @ts-expect-error so does a coercion
defineQueue('changed', { events: { e: z.coerce.number() } });
// @ts-expect-error one wrong schema among right ones
defineQueue('changed', { events: { right: z.string(), wrong: z.string().transform(Number) } });
// @ts-expect-error not a schema
defineQueue('changed', { events: { e: 'string' } });
// @ts-expect-error events are missing
defineQueue('changed', {});
// @ts-expect-error an option that does not exist
defineQueue('changed', { events: { placed }, retain: { maxBytes: 1 } });
// @ts-expect-error a retention that does not exist
defineQueue('changed', { events: { placed }, retention: { maxAge: 1 } });
// @ts-expect-error milliseconds are a number
defineQueue('changed', { events: { placed }, retention: { maxAgeMs: '7d' } });
// @ts-expect-error a queue does not change
orders.name = 'orders';
