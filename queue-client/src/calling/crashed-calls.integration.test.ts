import { describe, expect, it } from '@jest/globals';
import { startTestQueue } from '@typed-queue/queue-server/testing';
import { only, shop, tea } from './durable-shop.fixture.js';

const disk = { storage: 'disk' } as const;

describe('a durable call over a crash of the server', () => {
  it('is made again when the server stored nothing of it', async () => {
    await using queue = await startTestQueue(shop, disk);
    const crashed = queue.crash('before-append');
    const reserved = queue.client.call('stock', 'reserve', tea);
    await crashed;
    await queue.restart();
    queue.client.serve('stock', { reserve: () => ({ reservation: 'r' }) }, only);
    expect(await reserved).toEqual({ reservation: 'r' });
  });

  it('is handed out once when it was stored and is made again', async () => {
    await using queue = await startTestQueue(shop, disk);
    const crashed = queue.crash('after-append');
    const reserved = queue.client.call('stock', 'reserve', tea);
    await crashed;
    await queue.restart();
    let asked = 0;
    queue.client.serve('stock', { reserve: () => ({ reservation: `r${++asked}` }) }, only);
    await reserved;
    await queue.idle();
    expect(asked).toBe(1);
  });

  it('that waited for a responder is handed out after it, by everything that it was', async () => {
    await using queue = await startTestQueue(shop, disk);
    const [caller, responder] = [queue.connect(), queue.connect()];
    const calls = [1, 2, 3].map((count) => caller.call('stock', 'reserve', { sku: 'tea', count }));
    await queue.idle();
    await queue.crash();
    await queue.restart();
    responder.serve('stock', { reserve: ({ count }) => ({ reservation: `${count}` }) }, only);
    expect(await Promise.all(calls)).toEqual([1, 2, 3].map((count) => ({ reservation: `${count}` })));
  });

  it('has the answer that was stored before the crash, though nobody had it', async () => {
    await using queue = await startTestQueue(shop, disk);
    let asked = 0;
    queue.client.serve('stock', { reserve: () => ({ reservation: `r${++asked}` }) }, only);
    await queue.client.call('stock', 'reserve', tea, { id: 'order-0' });
    const before = queue.client.call('stock', 'reserve', tea, { id: 'order-1' });
    await before;
    await queue.crash();
    await queue.restart();
    expect(await queue.client.call('stock', 'reserve', tea, { id: 'order-1' })).toEqual({
      reservation: 'r2',
    });
    expect(asked).toBe(2);
  });
});
