import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, order, type Shop } from './shop.fixture.js';
import { startTestQueue, type TestQueue } from './test-queue.js';

let queue: TestQueue<Shop>;
beforeEach(async () => {
  queue = await startTestQueue(contract);
});
afterEach(() => queue.close());

describe('a test queue', () => {
  it('refuses an unknown crash point and an unknown queue', async () => {
    // Safe: as a test in JavaScript would call them.
    await expect(queue.crash('later' as 'before-append')).rejects.toThrow('"later" is no crash point');
    // Safe: as above.
    expect(() => queue.published('none' as 'orders')).toThrow('has no queue "none"; it has orders, mails.');
  });

  it.each(['settled', 'deadLettered'] as const)(
    'refuses a group that there has never been: %s',
    async (list) => {
      expect(() => queue[list]('orders', 'mails')).toThrow(
        expect.objectContaining({
          code: 'group_unknown',
          message: expect.stringContaining('it has none yet'),
        }),
      );
      const subscription = queue.client.subscribe('orders', { group: 'mails' }, () => undefined);
      await queue.idle();
      expect(queue[list]('orders', 'mails')).toEqual([]);
      expect(() => queue[list]('orders', 'mail')).toThrow(
        /"orders" has no group "mail"; it has mails\. A sub/,
      );
      expect(() => queue[list]('mails', 'mails')).toThrow('"mails" has no group "mails"');
      await subscription.close();
      await queue.client.admin.delete('orders', 'mails');
      expect(queue[list]('orders', 'mails')).toEqual([]);
    },
  );

  it('refuses what comes after its end', async () => {
    await queue.close();
    const late = [
      () => queue.idle(),
      () => queue.restart(),
      () => queue.crash(),
      () => queue.clock.advance(1),
    ];
    for (const call of late) await expect(call()).rejects.toMatchObject({ code: 'closed' });
    expect(() => queue.connect()).toThrow('the test queue is closed');
    expect(() => queue.clock.now()).toThrow('the test queue is closed');
  });

  it('refuses another url for a client than its own', () => {
    const options: object = { url: 'http://127.0.0.1:1' };
    expect(() => queue.connect(options)).toThrow('is an object without "url", which is that of the server');
  });

  it('fails what waits at its end: it is not idle', async () => {
    const begun = new Promise<void>((resolve) => {
      queue.client.subscribe('orders', { group: 'mails' }, () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    await queue.client.publish('orders', 'placed', order);
    await begun;
    const idle = expect(queue.idle()).rejects.toMatchObject({ code: 'closed' });
    await queue.close();
    await idle;
  });
});
