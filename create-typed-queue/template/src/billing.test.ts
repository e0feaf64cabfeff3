import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { billOrders } from './billing.js';
import { contract, type Contract } from './contract.js';

let server: TestServer;
let queue: QueueClient<Contract>;

beforeEach(async () => {
  server = await startTestServer({ contract, storage: 'memory' });
  queue = connect(contract, { url: server.url });
});
afterEach(async () => {
  await queue.close();
  await server.close();
});

void test('an order that is placed is billed', async () => {
  const billed = new Promise<string>((resolve) => {
    billOrders(queue, async (id, total) => resolve(`${id}: ${total}`));
  });
  await queue.publish('orders', 'placed', { id: 'o-1', total: 42 });
  assert.equal(await billed, 'o-1: 42');
});

void test('an order that is too large is dead-lettered', async () => {
  const reason = new Promise<string>((resolve) => {
    queue.once('dead-letter', (letter) => resolve(letter.reason));
  });
  billOrders(queue, async () => undefined);
  await queue.publish('orders', 'placed', { id: 'o-1', total: 20_000 });
  assert.equal(await reason, 'a person has to look at it');
});
