import { defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';

/** What happens to orders. */
const orders = defineQueue('orders', {
  events: {
    placed: z.strictObject({ id: z.string(), total: z.number().positive() }),
    cancelled: z.strictObject({ id: z.string(), reason: z.string() }),
  },
});

/** All queues: publishers, consumers and the server agree on it. */
export const contract = defineContract({ orders });
export type Contract = typeof contract;
