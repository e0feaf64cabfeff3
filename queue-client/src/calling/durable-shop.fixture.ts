import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';

const stock = defineQueue('stock', {
  events: {
    reserve: call({
      input: z.strictObject({ sku: z.string(), count: z.int() }),
      output: z.strictObject({ reservation: z.string() }),
      failures: {
        sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
        offline: { retry: true, retryDelaysMs: [10] },
      },
      // As long as the clock of the server may need.
      timeoutMs: 2_000_000_000,
      durable: true,
    }),
    unserved: call({ input: z.int(), output: z.int(), timeoutMs: 2_000_000_000, durable: true }),
  },
});
/** Responders of the first call alone. */
export const only = { calls: ['reserve'] } as const;
/** A contract with durable calls. */
export const shop = defineContract({ stock });

export const tea = { sku: 'tea', count: 2 };
