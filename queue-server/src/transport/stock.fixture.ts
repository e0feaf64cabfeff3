import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';
import * as z from 'zod';

const left = z.strictObject({ left: z.int() });

/** A queue with an event and calls of each kind. */
export const stock = defineContract({
  stock: defineQueue('stock', {
    events: {
      low: z.strictObject({ sku: z.string() }),
      reserve: call({
        input: z.strictObject({ sku: z.string(), count: z.int() }),
        output: z.strictObject({ reservation: z.string() }),
        failures: {
          sold_out: { retry: false, data: left },
          offline: { retry: true, retryDelaysMs: [1] },
        },
      }),
      count: call({ input: z.strictObject({ sku: z.string() }), output: left, idempotent: true }),
      order: call({
        input: z.strictObject({ sku: z.string() }),
        output: z.int(),
        timeoutMs: 60_000,
        durable: true,
      }),
      movements: streaming({ input: z.strictObject({ sku: z.string() }), output: z.int() }),
    },
  }),
  other: defineQueue('other', { events: { nothing: z.strictObject({}) } }),
});
