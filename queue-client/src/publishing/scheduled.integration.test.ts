import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import type { QueueClient } from '../index.js';

let server: TestQueue<SystemContract>;
let queue: QueueClient<SystemContract>;
beforeEach(async () => {
  server = await startTestQueue(contract, { storage: 'disk' });
  queue = server.client;
});
afterEach(() => server.close());

const payload = { model: 'order', id: '17', count: 1 };

describe('a message that is published later', () => {
  it('is delivered when it is due, with its id and its headers', async () => {
    const received: unknown[] = [];
    await queue.subscribe('database', { group: 'g' }, ({ id, event, headers, seq }) => {
      received.push({ id, event, headers, seq });
    }).ready;
    const dueAt = server.clock.now() + 60_000;
    const receipt = await queue.publish('database', 'read', payload, {
      deliverAt: dueAt,
      headers: { key: 'a', priority: 3 },
    });
    expect(receipt).toEqual({ id: receipt.id, dueAt, durability: 'disk' });
    await server.clock.advance('59s');
    expect(received).toEqual([]);
    await server.clock.advance('1s');
    await server.idle();
    expect(received).toEqual([
      { id: receipt.id, event: 'read', headers: { key: 'a', priority: '3' }, seq: 1 },
    ]);
    expect(server.published('database')).toMatchObject([{ id: receipt.id, time: dueAt }]);
  });

  it('may have a Date, and is delivered after a restart of the server when that is over', async () => {
    const at = new Date(server.clock.now() + 60_000);
    await queue.publish('database', 'read', payload, { deliverAt: at });
    await server.crash();
    await server.clock.advance('1h');
    await server.restart();
    await server.clock.advance(0);
    await server.idle();
    expect(server.published('database')).toMatchObject([{ payload }]);
  });

  it('waits once when its connection is lost before the answer', async () => {
    const crashed = server.crash('after-append');
    const receipt = queue.publish('database', 'read', payload, { deliverAt: server.clock.now() + 60_000 });
    await crashed;
    await server.restart();
    await receipt;
    expect((await queue.admin.scheduled.list('database')).messages).toHaveLength(1);
    await server.clock.advance('1h');
    await server.idle();
    expect(server.published('database')).toHaveLength(1);
  });

  it.each(['before-append', 'after-append'] as const)(
    'is published once when the server is killed %s',
    async (point) => {
      await queue.publish('database', 'read', payload, { delayMs: 60_000 });
      const crashed = server.crash(point);
      const advancing = server.clock.advance('60s');
      await crashed;
      await advancing;
      await server.restart();
      await server.clock.advance('5m');
      await server.idle();
      expect(server.published('database')).toHaveLength(1);
    },
  );

  it('waits once for each dedupe key, and is not delivered again while its queue knows it', async () => {
    const schedule = (delayMs: number) =>
      queue.publish('database', 'read', payload, { dedupeKey: 'order-17', delayMs });
    const [first, second] = [await schedule(60_000), await schedule(90_000)];
    expect(second).toEqual(first);
    await server.clock.advance('60s');
    await schedule(0);
    await server.clock.advance('60s');
    await server.idle();
    expect(server.published('database')).toHaveLength(1);
  });

  it('is checked when it is scheduled', async () => {
    // Safe: it is wrong on purpose.
    const wrong = { ...payload, count: 'one' } as unknown as typeof payload;
    await expect(queue.publish('database', 'read', wrong, { delayMs: 1 })).rejects.toMatchObject({
      code: 'payload_invalid',
    });
    const tooLate = server.clock.now() + 366 * 24 * 3_600_000;
    await expect(queue.publish('database', 'read', payload, { deliverAt: tooLate })).rejects.toMatchObject({
      code: 'request_invalid',
      details: { field: 'deliverAt' },
    });
  });

  it('takes no batch', async () => {
    // Safe: it is wrong on purpose.
    const options = { delayMs: 1 } as object;
    await expect(queue.publishBatch('database', [{ event: 'read', payload }], options)).rejects.toMatchObject(
      { code: 'request_invalid', message: expect.stringContaining('delayMs') },
    );
  });
});

describe('what waits', () => {
  it('is listed, shown and cancelled by an operator', async () => {
    const { scheduled } = queue.admin;
    const later = await queue.publish('database', 'read', payload, { delayMs: 120_000 });
    const { id, dueAt } = await queue.publish('database', 'read', payload, { delayMs: 60_000 });
    const page = await scheduled.list('database', { limit: 1 });
    expect(page.messages).toEqual([{ id, queue: 'database', event: 'read', dueAt }]);
    const rest = await scheduled.list('database', { after: page.next ?? '' });
    expect(rest.messages).toMatchObject([{ id: later.id }]);
    expect(await scheduled.peek('database', id)).toMatchObject({ id, payload, headers: {} });
    expect(await scheduled.cancel('database', id)).toBe(true);
    expect([await scheduled.cancel('database', id), await scheduled.peek('database', id)]).toEqual([
      false,
      null,
    ]);
    await server.clock.advance('10m');
    await server.idle();
    expect(server.published('database').map((message) => message.id)).toEqual([later.id]);
  });

  it('is named by the id of a receipt', async () => {
    await expect(queue.admin.scheduled.cancel('database', 'first')).rejects.toMatchObject({
      code: 'request_invalid',
    });
    await expect(queue.admin.scheduled.peek('database', '')).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });
});
