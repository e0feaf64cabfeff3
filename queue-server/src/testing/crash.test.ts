import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { contract, order, type Shop } from './shop.fixture.js';
import { startTestQueue, type TestQueue, type TestQueueOptions } from './test-queue.js';

let queue: TestQueue<Shop>;
const start = async (options: TestQueueOptions = { storage: 'disk' }): Promise<void> => {
  queue = await startTestQueue(contract, options);
};
afterEach(() => queue.close());

/** Joins group `mails`; resolves when the server knows it. Returns the attempts of which its handler knows. */
const join = async (): Promise<readonly number[]> => {
  const attempts: number[] = [];
  await queue.client.subscribe('orders', { group: 'mails' }, (_, { attempt }) => void attempts.push(attempt))
    .ready;
  return attempts;
};

describe('a server that is killed', () => {
  it('before messages are appended has stored nothing, and they are published again', async () => {
    await start();
    const crashed = queue.crash('before-append');
    const receipt = queue.client.publish('orders', 'placed', order);
    await crashed;
    expect(queue.published('orders')).toEqual([]);
    await queue.restart();
    expect(await receipt).toMatchObject({ seq: 1, duplicate: false });
    expect(queue.published('orders')).toMatchObject([{ payload: order }]);
  });

  it('after they are appended has stored them without a receipt, and they are duplicates', async () => {
    await start();
    const attempts = await join();
    const crashed = queue.crash('after-append');
    const receipt = queue.client.publish('orders', 'placed', order);
    await crashed;
    expect(queue.published('orders')).toMatchObject([{ payload: order }]);
    // Nobody got them from the server that is gone.
    expect(attempts).toEqual([]);
    await queue.restart();
    expect(await receipt).toMatchObject({ seq: 1, duplicate: true });
    await queue.idle();
    expect(attempts).toEqual([1]);
    expect(queue.published('orders')).toHaveLength(1);
  });

  it('before an outcome is recorded delivers the message again', async () => {
    await start();
    const attempts = await join();
    const crashed = queue.crash('before-settle');
    await queue.client.publish('orders', 'placed', order);
    await crashed;
    expect(queue.settled('orders', 'mails')).toEqual([]);
    await queue.restart();
    await queue.idle();
    expect(attempts).toHaveLength(2);
    expect(queue.settled('orders', 'mails')).toMatchObject([{ payload: order }]);
  });

  it('after it is recorded does not', async () => {
    await start();
    const attempts = await join();
    const crashed = queue.crash('after-settle');
    await queue.client.publish('orders', 'placed', order);
    await crashed;
    expect(queue.settled('orders', 'mails')).toHaveLength(1);
    await queue.restart();
    await queue.clock.advance('1h');
    await queue.idle();
    expect(attempts).toEqual([1]);
  });

  it('at once keeps what it confirmed, as often as it happens', async () => {
    await start();
    const attempts = await join();
    for (let n = 1; n <= 5; n++) {
      await queue.client.publish('orders', 'placed', order);
      await queue.idle();
      await queue.crash();
      await queue.restart();
    }
    await queue.idle();
    expect(attempts).toEqual([1, 1, 1, 1, 1]);
    expect(queue.published('orders').map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('leaves time to pass while it is down: retries are due at their times', async () => {
    await start();
    let calls = 0;
    queue.client.on('handler:error', () => undefined);
    await queue.client.subscribe('orders', { group: 'mails' }, () => {
      if (++calls === 1) throw new Error('no paper');
    }).ready;
    await queue.client.publish('orders', 'placed', order);
    await queue.idle();
    await queue.crash();
    await queue.clock.advance('1s');
    expect(calls).toBe(1);
    await queue.restart();
    await queue.clock.advance(0);
    await queue.idle();
    expect(calls).toBe(2);
  });

  it('forgets everything when it kept its queues in memory', async () => {
    await start({ storage: 'memory' });
    await queue.client.publish('orders', 'placed', order);
    await queue.crash();
    await queue.restart();
    expect(queue.published('orders')).toEqual([]);
    expect(await queue.client.publish('orders', 'placed', order)).toMatchObject({ seq: 1, duplicate: false });
  });

  it('is crashed already when it is crashed again', async () => {
    await start();
    await queue.crash();
    await queue.crash();
    await queue.restart();
    expect(await queue.client.publish('orders', 'placed', order)).toMatchObject({ seq: 1 });
  });

  it('reaches no point, and is never idle: both are refused until it is started again', async () => {
    await start();
    await queue.crash();
    const refused = { code: 'request_invalid', message: expect.stringContaining('Call restart() before.') };
    await expect(queue.crash('before-append')).rejects.toMatchObject(refused);
    await expect(queue.idle()).rejects.toMatchObject(refused);
    await queue.restart();
    await queue.idle();
  });
});

describe('a crash whose point is never reached', () => {
  it.each(['close', 'restart'] as const)('fails when the server ends by %s', async (end) => {
    await start();
    const crashed = expect(queue.crash('before-settle')).rejects.toMatchObject({
      code: 'closed',
      message: 'crash: "before-settle" was never reached: the server was closed before.',
    });
    await queue[end]();
    await crashed;
  });

  it('fails when another comes before', async () => {
    await start();
    const crashes = [queue.crash('after-append'), queue.crash('before-append')];
    const receipt = queue.client.publish('orders', 'placed', order);
    expect(await Promise.allSettled(crashes)).toMatchObject([
      {
        status: 'rejected',
        reason: { code: 'closed', message: expect.stringContaining('was killed before') },
      },
      { status: 'fulfilled' },
    ]);
    await queue.restart();
    expect(await receipt).toMatchObject({ seq: 1, duplicate: false });
  });
});

describe('a restart', () => {
  it('of a server that runs closes it first', async () => {
    await start();
    const attempts = await join();
    const { url } = queue;
    await queue.client.publish('orders', 'placed', order);
    await queue.restart();
    await queue.client.publish('orders', 'placed', order);
    await queue.idle();
    expect(queue.url).toBe(url);
    expect(attempts).toEqual([1, 1]);
  });

  it('comes after another that is not done, and before an end', async () => {
    await start();
    await Promise.all([queue.restart(), queue.restart()]);
    await queue.client.publish('orders', 'placed', order);
    const { dataDir = '', url } = queue;
    await Promise.all([queue.restart(), queue.close()]);
    await expect(fetch(`${url}/livez`)).rejects.toThrow('fetch failed');
    expect(existsSync(dataDir)).toBe(false);
  });

  it('that is not done is not crashed halfway', async () => {
    await start();
    const restarted = queue.restart();
    await queue.crash();
    await restarted;
    await expect(fetch(`${queue.url}/livez`)).rejects.toThrow('fetch failed');
  });
});
