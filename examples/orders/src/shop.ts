import type { Say, ShopClient } from './client.js';

export interface Order {
  readonly order: string;
  readonly sku: string;
  readonly count: number;
  readonly card: string;
}

const CENTS_EACH = 450;

/** Reserves what is ordered, and places the order. @returns whether it was placed */
export const placeOrder = async (queue: ShopClient, ordered: Order, say: Say): Promise<boolean> => {
  const { order, sku, count, card } = ordered;
  const answer = await queue.call('stock', 'reserve', { order, sku, count }).answer;
  if (answer.ok) {
    const { reservation } = answer.value;
    await queue.publish('orders', 'placed', { order, reservation, card, cents: count * CENTS_EACH });
    say(`placed ${order}`);
    return true;
  }
  const { error } = answer;
  // The compiler knows what comes with each failure.
  if (error.code === 'sold_out') say(`${order}: only ${error.data.left} ${sku} left`);
  else say(`${order} cannot be placed: ${error.message}`);
  return false;
};
