import { DeadLetter, type QueueClient, type Subscription } from '@typed-queue/queue-client';
import type { Contract } from './contract.js';

export type Bill = (id: string, total: number) => Promise<void>;

/**
 * Bills each order that is placed. A handler that returns has settled its message; one that throws gets it again later;
 * DeadLetter gives it up at once. A message may come more than once: `message.id` is the same each time.
 */
export const billOrders = (queue: QueueClient<Contract>, bill: Bill): Subscription<'orders'> =>
  queue.subscribe(
    'orders',
    { group: 'billing' },
    {
      placed: async ({ payload: { id, total } }) => {
        if (total > 10_000) throw new DeadLetter('a person has to look at it');
        await bill(id, total);
      },
      cancelled: () => undefined,
    },
  );
