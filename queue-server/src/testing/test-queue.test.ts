import { afterEach, describe, expect, it } from '@jest/globals';
import { DeadLetter, RetryAfter } from '@typed-queue/queue-client';
import { existsSync } from 'node:fs';
import { contract, order, type Shop } from './shop.fixture.js';
import { startTestQueue, type TestQueue, type TestQueueOptions } from './test-queue.js';

const open: TestQueue<Shop>[] = [];
const start = async (options?: TestQueueOptions): Promise<TestQueue<Shop>> => {
  const queue = await startTestQueue(contract, options);
  open.push(queue);
  return queue;
};
afterEach(async () => {
  for (const queue of open.splice(0)) await queue.close();
});

const never = (): Promise<void> => new Promise(() => undefined);

describe.each(['memory', 'disk'] as const)('a test queue (%s)', (storage) => {
  it('knows what was published, in order', async () => {
    const queue = await start({ storage });
    await queue.client.publish('orders', 'placed', order);
    await queue.client.publish('orders', 'cancelled', { id: 'o-1' });
    expect(queue.published('orders')).toMatchObject([
      { seq: 1, event: 'placed', payload: order },
      { seq: 2, event: 'cancelled', payload: { id: 'o-1' } },
    ]);
    expect(queue.published('mails')).toEqual([]);
  });

  it('gives a list that does not grow with what is published later', async () => {
    const queue = await start({ storage });
    const before = queue.published('orders');
    await queue.client.publish('orders', 'placed', order);
    expect(before).toEqual([]);
  });

  it('stores a message that is published again once', async () => {
    const queue = await start({ storage });
    const id = '01890000-0000-7000-8000-000000000001';
    await queue.client.publish('orders', 'placed', order, { id });
    await queue.client.publish('orders', 'placed', order, { id });
    expect(queue.published('orders')).toMatchObject([{ id }]);
  });

  it('is idle when every handler has returned and all outcomes are stored, also of what handlers publish', async () => {
    const queue = await start({ storage });
    queue.client.subscribe('orders', { group: 'mails' }, async ({ payload }) => {
      await queue.client.publish('mails', 'sent', { to: payload.id });
    });
    queue.client.subscribe('mails', { group: 'log' }, () => undefined);
    for (let n = 0; n < 20; n++) void queue.client.publish('orders', 'cancelled', { id: `o-${n}` });
    await queue.idle();
    expect(queue.settled('orders', 'mails')).toHaveLength(20);
    expect(queue.settled('mails', 'log')).toHaveLength(20);
  });

  it('retries after exactly the delays of the group, when its clock says so', async () => {
    const queue = await start({ storage });
    const attempts: [number, number][] = [];
    const begin = queue.clock.now();
    queue.client.on('handler:error', () => undefined);
    queue.client.on('dead-letter', () => undefined);
    queue.client.subscribe('orders', { group: 'mails', maxAttempts: 4 }, (_, { attempt }) => {
      attempts.push([attempt, queue.clock.now() - begin]);
      throw new Error('no paper');
    });
    await queue.client.publish('orders', 'placed', order);
    await queue.idle();
    await queue.clock.advance(999);
    await queue.idle();
    expect(attempts).toEqual([[1, 0]]);
    for (const step of ['1ms', '5s', '30s'] as const) {
      await queue.clock.advance(step);
      await queue.idle();
    }
    expect(attempts).toEqual([
      [1, 0],
      [2, 1_000],
      [3, 6_000],
      [4, 36_000],
    ]);
    expect(queue.deadLettered('orders', 'mails')).toMatchObject([
      { reason: 'no paper', code: 'attempts_exhausted', message: { payload: order } },
    ]);
  });

  it('delivers later what a handler asks for later', async () => {
    const queue = await start({ storage });
    let attempts = 0;
    queue.client.subscribe('orders', { group: 'mails' }, () => {
      if (++attempts === 1) throw new RetryAfter(3_600_000, 'closed at night');
    });
    queue.client.on('handler:error', () => undefined);
    await queue.client.publish('orders', 'placed', order);
    await queue.idle();
    await queue.clock.advance('59m');
    await queue.idle();
    expect(attempts).toBe(1);
    await queue.clock.advance('1m');
    await queue.idle();
    expect(queue.settled('orders', 'mails')).toHaveLength(1);
  });

  it('ends the lease of a handler that takes too long, and delivers its message again', async () => {
    const queue = await start({ storage });
    const events: string[] = [];
    queue.client.subscribe('orders', { group: 'mails' }, (_, { signal }) => {
      events.push('handler');
      if (events.length > 1) return undefined;
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          events.push('lease lost');
          resolve();
        });
      });
    });
    queue.client.on('error', () => undefined);
    await queue.client.publish('orders', 'placed', order);
    await queue.clock.advance('29s');
    expect(events).toEqual(['handler']);
    await queue.clock.advance('1s');
    await queue.idle();
    expect(events).toEqual(['handler', 'lease lost', 'handler']);
    expect(queue.settled('orders', 'mails')).toHaveLength(1);
  });

  it('removes what is older than its queue keeps, and knows it all the same', async () => {
    const queue = await start({ storage });
    await queue.client.publish('orders', 'placed', order);
    await queue.clock.advance('8d');
    await queue.client.publish('orders', 'placed', { ...order, id: 'o-2' });
    await queue.clock.advance('1h');
    expect((await queue.client.admin.queues())[0]).toMatchObject({
      queue: 'orders',
      firstSeq: 2,
      lastSeq: 2,
    });
    expect(queue.published('orders').map(({ payload }) => payload.id)).toEqual(['o-1', 'o-2']);
  });

  it('removes a group that nobody uses, when it expires', async () => {
    const queue = await start({ storage });
    const subscription = queue.client.subscribe(
      'orders',
      { group: 'temporary', expireAfterMs: 60_000 },
      never,
    );
    await subscription.ready;
    await subscription.close();
    await queue.clock.advance('59s');
    expect(await queue.client.admin.groups('orders')).toHaveLength(1);
    await queue.clock.advance('2s');
    expect(await queue.client.admin.groups('orders')).toEqual([]);
  });

  it('knows all dead letters, also those that were discarded', async () => {
    const queue = await start({ storage });
    queue.client.on('dead-letter', () => undefined);
    queue.client.subscribe('orders', { group: 'mails' }, () => {
      throw new DeadLetter('no address');
    });
    await queue.client.publish('orders', 'placed', order);
    await queue.idle();
    expect(queue.deadLettered('orders', 'mails')).toMatchObject([{ reason: 'no address' }]);
    await queue.client.admin.discard('orders');
    await queue.idle();
    expect(queue.deadLettered('orders', 'mails')).toHaveLength(1);
  });

  it('gives messages the time of its clock', async () => {
    const startAt = Date.UTC(2030, 0, 1);
    const queue = await start({ storage, startAt });
    await queue.client.publish('orders', 'placed', order);
    await queue.clock.advance('2h');
    await queue.client.publish('orders', 'placed', order);
    expect(queue.published('orders').map(({ time }) => time - startAt)).toEqual([0, 7_200_000]);
  });

  it('shares messages among several clients', async () => {
    const queue = await start({ storage });
    const names = new Set<string>();
    for (const name of ['one', 'two']) {
      queue
        .connect({ name })
        .subscribe('orders', { group: 'mails', concurrency: 1 }, () => void names.add(name));
    }
    await queue.idle();
    for (let n = 0; n < 100; n++) void queue.client.publish('orders', 'placed', order);
    await queue.idle();
    expect([...names].sort()).toEqual(['one', 'two']);
    expect(queue.settled('orders', 'mails')).toHaveLength(100);
  });
});

describe('a test queue', () => {
  it('takes the options of a server and of its clients', async () => {
    const queue = await start({
      keys: ['a key of sixteen'],
      client: { token: 'a key of sixteen', name: 'shop' },
    });
    expect(await queue.client.publish('orders', 'placed', order)).toMatchObject({ durability: 'memory' });
    expect(queue.client.name).toBe('shop');
    const stranger = queue.connect({ token: 'another' });
    stranger.on('error', () => undefined);
    await expect(stranger.publish('orders', 'placed', order)).rejects.toMatchObject({ code: 'unauthorized' });
    // A client that was refused does not keep it waiting.
    await queue.clock.advance('1s');
    await queue.idle();
  });

  it('is closed by the end of its scope, and leaves no file', async () => {
    const queue = await startTestQueue(contract, { storage: 'disk' });
    await queue.client.publish('orders', 'placed', order);
    const { client } = queue;
    expect(queue.dataDir).toMatch(/typed-queue-/);
    await queue[Symbol.asyncDispose]();
    expect(client.state).toEqual({ kind: 'closed' });
    expect(existsSync(queue.dataDir ?? '')).toBe(false);
    await queue.close();
  });

  it('closes while a handler never returns', async () => {
    const queue = await start();
    const begun = new Promise<void>((resolve) => {
      queue.client.subscribe('orders', { group: 'mails' }, () => {
        resolve();
        return never();
      });
    });
    await queue.client.publish('orders', 'placed', order);
    await begun;
    await queue.close();
    expect(queue.settled('orders', 'mails')).toEqual([]);
  });

  it('that cannot start leaves nothing open', async () => {
    const queue = await start();
    const port = Number(new URL(queue.url).port);
    await expect(startTestQueue(contract, { port, storage: 'disk' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
