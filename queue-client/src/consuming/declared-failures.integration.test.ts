import { describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, event } from '@typed-queue/contracts';
import { startTestQueue } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { connect } from '../connect.js';

const sku = z.strictObject({ sku: z.string() });
const left = z.strictObject({ left: z.int() });
const stock = defineQueue('stock', {
  events: {
    low: event(sku, {
      failures: {
        mail_down: { retry: true, retryDelaysMs: [1_000, 60_000] },
        sold_out: { retry: false, data: left },
      },
    }),
  },
});
const shop = defineContract({ stock });
/** The same queue before it declared failures. */
const before = defineContract({ stock: defineQueue('stock', { events: { low: sku } }) });

describe('a handler that fails in a declared way', () => {
  it('and is not retried: its dead letter has the code and what comes with it', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.subscribe('stock', { group: 'mail' }, (_, { fail }) => {
      throw fail('sold_out', { left: 3 }, { cause: new Error('only 3 left') });
    });
    await queue.client.publish('stock', 'low', { sku: 'tea' });
    await queue.idle();
    const { letters } = await queue.client.admin.deadLetters('stock', { code: 'sold_out' });
    const failure = { code: 'sold_out', data: { left: 3 }, reason: 'only 3 left' };
    expect(letters).toMatchObject([{ ...failure, failures: [{ kind: 'rejected', ...failure }] }]);
    expect(queue.deadLettered('stock', 'mail')).toMatchObject([failure]);
  });

  it('and is retried: it waits for the delays of the failure, and after the last attempt has its code', async () => {
    await using queue = await startTestQueue(shop);
    const times: number[] = [];
    queue.client.subscribe('stock', { group: 'mail', maxAttempts: 3 }, (_, { fail }) => {
      times.push(queue.clock.now());
      throw fail('mail_down');
    });
    await queue.client.publish('stock', 'low', { sku: 'tea' });
    await queue.idle();
    await queue.clock.advance('2m');
    await queue.idle();
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(second - first).toBeLessThanOrEqual(1_250);
    expect(third - second).toBeGreaterThanOrEqual(60_000);
    expect(queue.deadLettered('stock', 'mail')).toMatchObject([
      { code: 'mail_down', failures: { length: 3 } },
    ]);
  });

  it('is redriven by its code, and discarded by it', async () => {
    await using queue = await startTestQueue(shop);
    let isDown = true;
    queue.client.subscribe('stock', { group: 'mail', maxAttempts: 1 }, ({ payload }, { fail }) => {
      if (payload.sku === 'tea' && isDown) throw fail('mail_down');
      if (payload.sku === 'nut') throw fail('sold_out', { left: 0 });
    });
    for (const name of ['tea', 'nut']) await queue.client.publish('stock', 'low', { sku: name });
    await queue.idle();
    isDown = false;
    expect(await queue.client.admin.redrive('stock', { code: 'mail_down' })).toMatchObject({ redriven: 1 });
    await queue.idle();
    expect(await queue.client.admin.discard('stock', { code: 'sold_out' })).toBe(1);
    expect((await queue.client.admin.deadLetters('stock')).letters).toEqual([]);
  });
});

describe('a failure that the server does not declare', () => {
  it('takes effect all the same, and its code is in the reason', async () => {
    await using queue = await startTestQueue(before);
    const newer = connect(shop, { url: queue.url });
    newer.subscribe('stock', { group: 'mail' }, (_, { fail }) => {
      throw fail('sold_out', { left: 3 }, { reason: 'only 3 left' });
    });
    await newer.publish('stock', 'low', { sku: 'tea' });
    await queue.idle();
    const [letter] = queue.deadLettered('stock', 'mail');
    expect(letter).toMatchObject({ code: 'rejected', reason: 'sold_out: only 3 left' });
    expect(letter).not.toHaveProperty('data');
    await newer.close();
  });
});

describe('a failure that a client does not declare', () => {
  it('is undeclared in its dead letters, and says which it was', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.subscribe('stock', { group: 'mail' }, (_, { fail }) => {
      throw fail('sold_out', { left: 3 });
    });
    await queue.client.publish('stock', 'low', { sku: 'tea' });
    await queue.idle();
    const older = connect(before, { url: queue.url });
    expect((await older.admin.deadLetters('stock')).letters).toMatchObject([
      { code: 'undeclared', data: { code: 'sold_out', data: { left: 3 } } },
    ]);
    await older.close();
  });
});
