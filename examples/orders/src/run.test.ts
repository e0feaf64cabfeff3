import { expect, it } from '@jest/globals';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { contract } from './contract.js';
import { run } from './run.js';

it('four orders are placed, sold out, delayed by the bank, or released again', async () => {
  const server = await startTestServer({ contract, storage: 'memory' });
  const lines: string[] = [];
  const left = await run(server.url, (line) => lines.push(line));
  await server.close();
  expect(lines.filter((line) => line.startsWith('shop'))).toEqual([
    'shop: placed order-1',
    'shop: order-2: only 3 tea left',
    'shop: placed order-3',
    'shop: placed order-4',
  ]);
  expect(lines.filter((line) => line.startsWith('warehouse'))).toEqual([
    'warehouse: reserved 2 tea for order-1',
    'warehouse: reserved 1 tea for order-3',
    'warehouse: reserved 2 tea for order-4',
    'warehouse: released 2 tea of order-4',
  ]);
  expect(lines.filter((line) => line.startsWith('payments')).sort()).toEqual([
    'payments: charged 450 cents for order-3',
    'payments: charged 900 cents for order-1',
    'payments: declined order-4',
    'payments: the bank is offline, order-3 waits',
  ]);
  expect(left).toBe(2);
});
