import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, event, type QueueContract } from '@typed-queue/contracts';
import * as z from 'zod';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const placed = z.strictObject({
  id: z.string().describe('of the order'),
  lines: z.array(z.string()).meta({ title: 'Lines', description: 'one for each product', examples: [['a']] }),
});
const bare = z.strictObject({ id: z.string(), lines: z.array(z.string()) });
const contractWith = (schema: z.ZodType) =>
  // Safe: only the schema differs.
  defineContract({ orders: defineQueue('orders', { events: { placed: schema as typeof bare } }) });

let server: TestServer;
let client: PlainClient;
beforeEach(async () => {
  server = await startTestServer({ storage: 'memory', contract: contractWith(placed) });
  client = await plainClient(server.url, { name: 'shop' });
});
afterEach(async () => {
  client.socket.disconnect();
  await server.close();
});

// Safe: what the request answers.
const contract = async (...args: readonly unknown[]) =>
  (await client.value('contract', 'orders', ...args)) as QueueContract;
const clients = () => client.value('contract:clients', 'orders');

const events = [{ event: 'placed', verdict: 'neither', pointer: '/properties/id', rule: 'type' }];
const report = { hash: 'abc', events };

describe('a contract', () => {
  it('has annotations for who asks for them', async () => {
    const { events: schemas } = await contract(null, { annotations: true });
    expect(schemas).toMatchObject({
      placed: {
        properties: {
          id: { type: 'string', description: 'of the order' },
          lines: { title: 'Lines', description: 'one for each product', examples: [['a']] },
        },
      },
    });
  });

  it('has the same hash with annotations, and as one that was declared without', async () => {
    const { hash } = await contract(null);
    expect((await contract(null, { annotations: true })).hash).toBe(hash);
    const other = await startTestServer({ storage: 'memory', contract: contractWith(bare) });
    const reader = await plainClient(other.url);
    expect(await reader.value('contract', 'orders')).toMatchObject({ hash });
    reader.socket.disconnect();
    await other.close();
  });

  it.each([[undefined], [{}], [{ annotations: false }], [{ later: true }]])(
    'has none without: %j',
    async (options) => {
      expect(JSON.stringify(await contract(null, options))).not.toContain('description');
    },
  );
});

it('a contract has the declared failures of its events, and no client that knows the events is sent them', async () => {
  const left = z.strictObject({ left: z.int().describe('in the store') });
  const failing = event(bare, { failures: { sold_out: { retry: false, data: left } } });
  const other = await startTestServer({
    storage: 'memory',
    contract: defineContract({ orders: defineQueue('orders', { events: { placed: failing } }) }),
  });
  const reader = await plainClient(other.url);
  // Safe: what the request answers.
  const { hash } = (await reader.value('contract', 'orders')) as QueueContract;
  const declared = {
    placed: { sold_out: { retry: false, data: { properties: { left: { type: 'integer' } } } } },
  };
  expect(await reader.value('contract', 'orders')).toMatchObject({ failures: declared });
  expect(JSON.stringify(await reader.value('contract', 'orders', hash, { annotations: true }))).toContain(
    'in the store',
  );
  expect(await reader.value('contract', 'orders', hash)).toEqual({ hash, partial: false });
  reader.socket.disconnect();
  await other.close();
});

describe('a client that reports how its contract differs', () => {
  it('is shown with its groups and tails until it is gone', async () => {
    const operator = await plainClient(server.url);
    await client.value('subscribe', { subscription: 's', queue: 'orders', group: 'mailer' });
    await client.value('tail', { subscription: 't', queue: 'orders', from: 'now' });
    const { hash } = await contract();
    await contract(hash, { report });
    expect(await operator.value('contract:clients', 'orders')).toEqual({
      clients: [
        {
          ...report,
          client: 'shop',
          principal: expect.any(String),
          time: expect.any(Number),
          groups: ['mailer'],
          tails: 1,
          clash: true,
          otherEvents: 0,
        },
      ],
      others: 0,
    });
    expect(await operator.value('overview')).toMatchObject({ queues: [{ differingClients: 1 }] });
    client.socket.disconnect();
    const count = async (): Promise<number> => {
      // Safe: what the request answers.
      const { clients: left } = (await operator.value('contract:clients', 'orders')) as {
        clients: unknown[];
      };
      return left.length;
    };
    while ((await count()) > 0);
    expect(await count()).toBe(0);
    operator.socket.disconnect();
  });

  it('gets no schemas for it', async () => {
    const { hash } = await contract();
    expect(await contract(hash, { report })).toEqual({ hash, partial: false });
  });

  it('is not shown when it compared with another contract', async () => {
    await contract('another hash', { report });
    expect(await clients()).toEqual({ clients: [], others: 0 });
  });

  it.each<[string, unknown]>([
    ['a report without a hash', { report: { events } }],
    ['a verdict that does not exist', { report: { hash: 'abc', events: [{ event: 'a', verdict: 'fine' }] } }],
    [
      'more events than two contracts have',
      { report: { hash: 'abc', events: Array.from({ length: 511 }, () => events[0]) } },
    ],
    ['options that are no object', 'annotations'],
  ])('is refused with %s', async (_, options) => {
    expect(await client.refusal('contract', 'orders', null, options)).toMatchObject({
      code: 'request_invalid',
      message: expect.stringMatching(/^The request for a contract is not valid\. /),
    });
  });

  it('may give a reason that this server does not know', async () => {
    const { hash } = await contract();
    const newer = {
      event: 'placed',
      verdict: 'readable',
      pointer: `/${'x'.repeat(900)}`,
      rule: 'later-rule',
    };
    await contract(hash, { report: { hash: 'abc', events: [newer] } });
    expect(await clients()).toMatchObject({
      clients: [{ events: [{ rule: 'later-rule', pointer: `/${'x'.repeat(499)}` }] }],
    });
  });
});
