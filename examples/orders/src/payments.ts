import type { Say, ShopClient } from './client.js';

/** Charges the cards of placed orders. Resolves when it is subscribed. */
export const openPayments = async (queue: ShopClient, say: Say): Promise<void> => {
  const subscription = queue.subscribe(
    'orders',
    { group: 'payments', events: ['placed'] },
    {
      placed: async ({ payload: { order, reservation, card, cents } }, { attempt, fail }) => {
        if (card === 'slow bank' && attempt === 1) {
          say(`the bank is offline, ${order} waits`);
          throw fail('bank_offline');
        }
        // A message may come again: the second publish of an outcome is a duplicate.
        if (card === 'expired') {
          await queue.publish(
            'orders',
            'declined',
            { order, reservation, why: 'the card has expired' },
            { dedupeKey: `${order} declined` },
          );
          say(`declined ${order}`);
          return;
        }
        await queue.publish('orders', 'paid', { order, reservation }, { dedupeKey: `${order} paid` });
        say(`charged ${cents} cents for ${order}`);
      },
    },
  );
  await subscription.ready;
};
