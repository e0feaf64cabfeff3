import { call, defineContract, defineQueue, event } from '@typed-queue/contracts';
import * as z from 'zod';

const order = z.string();
const reservation = z.string();

/** What the shop asks of the warehouse. */
const stock = defineQueue('stock', {
  events: {
    reserve: call({
      input: z.strictObject({ order, sku: z.string(), count: z.int().positive() }),
      output: z.strictObject({ reservation }),
      failures: {
        sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
        not_open: { retry: true, retryDelaysMs: [50] },
      },
      timeoutMs: 5_000,
    }),
  },
});

const placed = z.strictObject({ order, reservation, card: z.string(), cents: z.int() });

/** What happens to an order, one event after the other. */
const orders = defineQueue('orders', {
  events: {
    placed: event(placed, { failures: { bank_offline: { retry: true, retryDelaysMs: [50] } } }),
    paid: z.strictObject({ order, reservation }),
    declined: z.strictObject({ order, reservation, why: z.string() }),
    released: z.strictObject({ order, reservation }),
  },
});

export const contract = defineContract({ stock, orders });
