import { DAY, defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';

const orders = defineQueue('orders', {
  events: {
    placed: z.strictObject({ id: z.string(), total: z.number(), items: z.array(z.string()).optional() }),
    cancelled: z.strictObject({ id: z.string() }),
  },
  retention: { maxAgeMs: 7 * DAY },
});

const mails = defineQueue('mails', { events: { sent: z.strictObject({ to: z.string() }) } });

export const contract = defineContract({ orders, mails });

export type Shop = typeof contract;

export const order = { id: 'o-1', total: 42 };
