import { describe, expect, it } from '@jest/globals';
import { numberOf } from '../product.js';
import { Publishing } from './publishing.js';

/** A broker that acknowledges on demand. */
const startPublishing = () => {
  const sent: number[] = [];
  const waiting: (() => void)[] = [];
  const publisher = {
    publish: (product: Parameters<typeof numberOf>[0], acknowledged: () => void) => {
      sent.push(numberOf(product));
      waiting.push(acknowledged);
    },
  };
  const acknowledge = async (count: number): Promise<void> => {
    for (const acknowledged of waiting.splice(0, count)) acknowledged();
    await new Promise(setImmediate);
  };
  return { publishing: new Publishing([publisher], () => 0), sent, acknowledge };
};

describe('a window', () => {
  it('is filled, and filled again when half of it is acknowledged', async () => {
    const { publishing, sent, acknowledge } = startPublishing();
    const running = publishing.run({ kind: 'window', size: 4 });
    expect(sent).toEqual([0, 1, 2, 3]);
    await acknowledge(1);
    expect(sent).toHaveLength(4);
    await acknowledge(1);
    expect(sent).toHaveLength(6);
    publishing.stop();
    await acknowledge(4);
    expect(await running).toEqual({ published: 6, times: [] });
  });

  it('counts from the slowest subscriber when that is known', async () => {
    const { publishing, sent, acknowledge } = startPublishing();
    publishing.delivered(0);
    const running = publishing.run({ kind: 'window', size: 4 });
    await acknowledge(4);
    expect(sent).toHaveLength(4);
    publishing.delivered(2);
    await acknowledge(0);
    expect(sent).toHaveLength(6);
    publishing.stop();
    await acknowledge(2);
    await running;
  });
});

it('publishers that await have one message each', async () => {
  const { publishing, sent, acknowledge } = startPublishing();
  const running = publishing.run({ kind: 'awaiting', publishers: 3 });
  expect(sent).toEqual([0, 1, 2]);
  await acknowledge(2);
  expect(sent).toEqual([0, 1, 2, 3, 4]);
  publishing.stop();
  await acknowledge(3);
  expect((await running).published).toBe(5);
});

it('ends at its limit, when the last is acknowledged', async () => {
  const { publishing, acknowledge } = startPublishing();
  const running = publishing.run({ kind: 'window', size: 10 }, 3);
  await acknowledge(2);
  expect(publishing.acknowledged).toBe(2);
  await acknowledge(1);
  expect((await running).published).toBe(3);
});
