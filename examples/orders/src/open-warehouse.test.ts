import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { contract as system, defineContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { contract as orders } from './contract.js';
import { openWarehouse } from './open-warehouse.js';

const contract = defineContract({ ...system, ...orders });

let warehouse: Awaited<ReturnType<typeof openWarehouse>>;
let queue: QueueClient<typeof contract>;
const lines: string[] = [];
beforeAll(async () => {
  warehouse = await openWarehouse({ port: 0, origins: [] }, (line) => lines.push(line));
  queue = connect(contract, { url: warehouse.url });
});
afterAll(async () => {
  await queue.close();
  await warehouse.close();
});

it('answers calls until it is closed', async () => {
  await queue.call('stock', 'reserve', { order: 'a', sku: 'tea', count: 2 });
  await queue.call('stock', 'reserve', { order: 'b', sku: 'tea', count: 2 });
  expect(lines).toEqual(['reserved 2 tea for a', 'reserved 2 tea for b']);
});

it('has the queues of the system as well', async () => {
  const payload = { path: '/a', operation: 'read', code: 'ENOENT', message: 'no such file' } as const;
  await expect(queue.publish('files', 'error', payload)).resolves.toMatchObject({ seq: 1 });
});
