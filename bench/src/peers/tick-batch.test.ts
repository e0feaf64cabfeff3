import { expect, it } from '@jest/globals';
import { numberOf, product } from '../product.js';
import { TickBatch } from './tick-batch.js';

const batchesOf = (size: number) => {
  const sent: number[][] = [];
  const batch = new TickBatch(size, async (products) => {
    sent.push(products.map(numberOf));
  });
  return { batch, sent };
};
const tick = (): Promise<void> => new Promise(setImmediate);

it('what comes in one tick is sent at once', async () => {
  const { batch, sent } = batchesOf(10);
  for (const n of [0, 1, 2]) batch.publish(product(n), () => undefined);
  await tick();
  batch.publish(product(3), () => undefined);
  await tick();
  expect(sent).toEqual([[0, 1, 2], [3]]);
});

it('a full batch is sent without waiting', async () => {
  const { batch, sent } = batchesOf(2);
  for (const n of [0, 1, 2]) batch.publish(product(n), () => undefined);
  expect(sent).toEqual([[0, 1]]);
  await tick();
  expect(sent).toEqual([[0, 1], [2]]);
});

it('each message is acknowledged once', async () => {
  const { batch } = batchesOf(2);
  const acknowledged: number[] = [];
  for (const n of [0, 1, 2]) batch.publish(product(n), () => acknowledged.push(n));
  await tick();
  expect(acknowledged).toEqual([0, 1, 2]);
});
