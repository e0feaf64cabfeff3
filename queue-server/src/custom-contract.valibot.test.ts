import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, type Message } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { plainClient } from './plain-client.fixture.js';
import { freePort } from './reliability/free-port.js';
import { startServerProcess, type RunningServer } from './running-server.fixture.js';
import { userFolder } from './user-folder.fixture.js';

const contract = defineContract({
  orders: defineQueue('orders', {
    events: {
      placed: v.strictObject({ id: v.pipe(v.string(), v.uuid()), total: v.pipe(v.number(), v.minValue(0)) }),
      cancelled: v.strictObject({ id: v.string(), reason: v.picklist(['customer', 'stock']) }),
    },
  }),
  stock: defineQueue('stock', {
    events: { moved: v.strictObject({ sku: v.string(), by: v.pipe(v.number(), v.integer()) }) },
  }),
});
type Shop = typeof contract;

/** The same, as the server gets it. */
const built = `
  import { defineContract, defineQueue } from '@typed-queue/contracts';
  import * as v from 'valibot';
  export const contract = defineContract({
    orders: defineQueue('orders', {
      events: {
        placed: v.strictObject({ id: v.pipe(v.string(), v.uuid()), total: v.pipe(v.number(), v.minValue(0)) }),
        cancelled: v.strictObject({ id: v.string(), reason: v.picklist(['customer', 'stock']) }),
      },
    }),
    stock: defineQueue('stock', {
      events: { moved: v.strictObject({ sku: v.string(), by: v.pipe(v.number(), v.integer()) }) },
    }),
  });`;

const id = '0198c2f0-7a3b-7c4d-8e5f-0123456789ab';

let folder: string;
let server: RunningServer;
let queue: QueueClient<Shop>;

beforeAll(async () => {
  folder = await userFolder({ 'queues.js': built }, ['@typed-queue/contracts', 'valibot']);
  server = await startServerProcess(await freePort(), join(folder, 'data'), {
    CONTRACT: './queues.js',
    INIT_CWD: folder,
  });
  queue = connect(contract, { url: server.url });
});

afterAll(async () => {
  await queue.close();
  await server.end('SIGTERM');
  await rm(folder, { recursive: true });
});

/** The first messages of a queue. */
const consumed = <Q extends keyof Shop>(name: Q, count: number): Promise<Message<Shop, Q>[]> =>
  new Promise((resolve) => {
    const messages: Message<Shop, Q>[] = [];
    queue.subscribe(name, { group: 'test' }, (message) => {
      if (messages.push(message) === count) resolve(messages);
    });
  });

describe('a contract of valibot schemas', () => {
  it('is served: what is published is validated, stored and delivered', async () => {
    await queue.publish('orders', 'placed', { id, total: 42 });
    await queue.publish('orders', 'cancelled', { id, reason: 'stock' });
    await queue.publish('stock', 'moved', { sku: 's-1', by: -2 });
    expect(await consumed('orders', 2)).toMatchObject([
      { queue: 'orders', seq: 1, event: 'placed', payload: { id, total: 42 } },
      { queue: 'orders', seq: 2, event: 'cancelled', payload: { id, reason: 'stock' } },
    ]);
    expect(await consumed('stock', 1)).toMatchObject([{ event: 'moved', payload: { sku: 's-1', by: -2 } }]);
  });

  it("is kept: what does not match is refused with valibot's own issues", async () => {
    await expect(queue.publish('orders', 'placed', { id: 'o-1', total: -1 })).rejects.toMatchObject({
      code: 'payload_invalid',
      details: {
        queue: 'orders',
        event: 'placed',
        issues: [
          { path: 'id', message: 'Invalid UUID: Received "o-1"' },
          { path: 'total', message: 'Invalid value: Expected >=0 but received -1' },
        ],
      },
    });
    const extra = { sku: 's-1', by: 1, note: 'extra' };
    await expect(queue.publish('stock', 'moved', extra)).rejects.toMatchObject({
      details: { issues: [{ path: 'note', message: expect.stringContaining('never') }] },
    });
  });

  it('is all there is: the queues of this system are not served', async () => {
    const client = await plainClient(server.url);
    expect(await client.refusal('publish', 'files', {})).toMatchObject({
      code: 'queue_unknown',
      details: { queues: ['orders', 'stock'] },
    });
    client.socket.disconnect();
  });
});
