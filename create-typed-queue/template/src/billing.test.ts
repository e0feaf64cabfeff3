import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { billOrders } from './billing.js';
import { contract, type Contract } from './contract.js';

let queue: TestQueue<Contract>;
let billed: string[];

beforeEach(async () => {
  queue = await startTestQueue(contract);
  billed = [];
  billOrders(queue.client, async (id, total) => {
    billed.push(`${id}: ${total}`);
  });
});
afterEach(() => queue.close());

void test('an order that is placed is billed', async () => {
  await queue.client.publish('orders', 'placed', { id: 'o-1', total: 42 });
  await queue.idle();
  assert.deepEqual(billed, ['o-1: 42']);
});

void test('an order that is too large is dead-lettered', async () => {
  await queue.client.publish('orders', 'placed', { id: 'o-1', total: 20_000 });
  await queue.idle();
  assert.deepEqual(billed, []);
  assert.equal(queue.deadLettered('orders', 'billing')[0]?.reason, 'a person has to look at it');
});
