import { defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';

/** Queues of somebody else, one of them with a name of ours. */
export const contract = defineContract({
  orders: defineQueue('orders', {
    events: {
      placed: z.strictObject({ id: z.string(), total: z.number() }),
      'placed.late': z.looseObject({}),
    },
  }),
  files: defineQueue('files', { events: { save: z.strictObject({ name: z.string() }) } }),
});
