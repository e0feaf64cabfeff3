import { connect } from '@typed-queue/queue-client';
import type { Say, ShopClient } from './client.js';
import { contract } from './contract.js';
import { openPayments } from './payments.js';
import { placeOrder, type Order } from './shop.js';
import { Warehouse } from './warehouse.js';

const ORDERS: readonly Order[] = [
  { order: 'order-1', sku: 'tea', count: 2, card: 'good' },
  { order: 'order-2', sku: 'tea', count: 4, card: 'good' },
  { order: 'order-3', sku: 'tea', count: 1, card: 'slow bank' },
  { order: 'order-4', sku: 'tea', count: 2, card: 'expired' },
];

/** Three services, each with a connection of its own, and four orders. @returns how much tea is left */
export const run = async (url: string, print: Say): Promise<number> => {
  const clients: ShopClient[] = [];
  const service = (name: string): { readonly queue: ShopClient; readonly say: Say } => {
    const queue = connect(contract, { url, name });
    clients.push(queue);
    return { queue, say: (line) => print(`${name}: ${line}`) };
  };
  const shop = service('shop');
  const payments = service('payments');
  const stock = service('warehouse');
  const warehouse = new Warehouse({ tea: 5 }, stock.say);
  await Promise.all([warehouse.open(stock.queue), openPayments(payments.queue, payments.say)]);

  let placed = 0;
  for (const order of ORDERS) if (await placeOrder(shop.queue, order, shop.say)) placed++;
  await outcomes(shop.queue, placed);
  await Promise.all(clients.map((client) => client.close()));
  return warehouse.left('tea');
};

/** Resolves when this number of orders is complete: paid, or declined with the stock released. */
const outcomes = async (queue: ShopClient, orders: number): Promise<void> => {
  let missing = orders;
  for await (const _ of queue.tail('orders', { from: 'start', events: ['paid', 'released'] })) {
    missing--;
    if (missing === 0) return;
  }
};
