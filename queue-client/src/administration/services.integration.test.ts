import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import * as z from 'zod';

const contract = defineContract({
  stock: defineQueue('stock', {
    events: {
      reserve: call({ input: z.int(), output: z.int(), failures: { sold_out: { retry: false } } }),
      order: call({ input: z.int(), output: z.int(), durable: true }),
      movements: streaming({ input: z.null(), output: z.int() }),
    },
  }),
  plain: defineQueue('plain', { events: { placed: z.null() } }),
});

let server: TestQueue<typeof contract>;

beforeEach(async () => {
  server = await startTestQueue(contract);
});

afterEach(() => server.close());

const nothing = { responders: [], waiting: 0, running: 0, ended: {} };

it('are the calls of a queue, also before anybody serves or makes them', async () => {
  expect(await server.client.admin.services('stock')).toEqual([
    { call: 'reserve', answering: 'once', ...nothing },
    { call: 'order', answering: 'durable', ...nothing },
    { call: 'movements', answering: 'stream', ...nothing },
  ]);
});

it('are none of a queue that declares none', async () => {
  expect(await server.client.admin.services('plain')).toEqual([]);
});

it('say who serves a call, and how those that were made ended', async () => {
  const { client } = server;
  const serving = client.serve(
    'stock',
    {
      reserve: (count, { fail }) => {
        if (count > 3) throw fail('sold_out');
        return count;
      },
    },
    { calls: ['reserve'], concurrency: 7 },
  );
  await serving.ready;
  for (const count of [1, 2, 4]) await client.call('stock', 'reserve', count).answer;
  const [reserve] = await client.admin.services('stock');
  expect(reserve).toEqual({
    call: 'reserve',
    answering: 'once',
    responders: [{ client: client.name, concurrency: 7, busy: 0 }],
    waiting: 0,
    running: 0,
    ended: { ok: 2, sold_out: 1 },
  });
});
