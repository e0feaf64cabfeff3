import { billOrders } from './billing.js';
import { connectQueue } from './queue.js';

const queue = connectQueue('billing');
billOrders(queue, async (id, total) => {
  console.log(`billed ${id}: ${total}`);
});

// Lets handlers finish, and leaves.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void queue.close());
