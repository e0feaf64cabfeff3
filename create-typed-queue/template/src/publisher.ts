import { connectQueue } from './queue.js';

const queue = connectQueue('publisher');
const id = `order-${Date.now()}`;
// Resolves when the message is on the server's disk.
const { seq, durability } = await queue.publish('orders', 'placed', { id, total: 42 });
console.log(`${id} is message ${seq}, on ${durability}`);
await queue.close();
