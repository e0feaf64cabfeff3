import { beforeEach, expect, it } from '@jest/globals';
import { InlineFlushes } from './inline-flushes.js';

let now: number;
let flushes: InlineFlushes;

beforeEach(() => {
  now = 0;
  flushes = new InlineFlushes(1_000, () => now);
});

/** Writes batches; returns how many of them were flushed inline, in this time each. */
const write = async (batches: number, ms: number, bytes = 1_000): Promise<number> => {
  let inline = 0;
  for (let batch = 0; batch < batches; batch++) {
    if (!flushes.next(bytes)) continue;
    inline++;
    await flushes.measured(async () => (now += ms));
  }
  return inline;
};

it('small batches are flushed inline on a fast disk', async () => {
  expect(await write(500, 0.2)).toBe(500);
});

it('large batches are not', async () => {
  expect(await write(10, 0.2, 1_001)).toBe(0);
});

it('two slow flushes change nothing', async () => {
  await write(2, 20);
  await write(1, 0.2);
  await write(2, 20);
  expect(await write(10, 0.2)).toBe(10);
});

it('after three slow flushes in a row the next 256 batches are flushed off the event loop', async () => {
  expect(await write(3 + 256, 20)).toBe(3);
  expect(await write(10, 0.2)).toBe(10);
});

it('while the disk stays slow, one batch in 257 is flushed inline', async () => {
  await write(3 + 256, 20);
  expect(await write(2 * 257, 20)).toBe(2);
});
