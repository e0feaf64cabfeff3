import { afterEach, describe, expect, it } from '@jest/globals';
import { contract, DAY, defineContract, defineQueue, event, type Range } from '@typed-queue/contracts';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import type { Contract, SystemContract } from '@typed-queue/contracts';
import * as z from 'zod';
import { plainClient, received } from './plain-client.fixture.js';
import { stock } from './transport/stock.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };

let server: TestServer;
const clients: QueueClient<Contract>[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
});

const client = (): QueueClient<SystemContract> => {
  const made = connect(contract, { url: server.url });
  clients.push(made);
  return made;
};

const scrape = async (): Promise<readonly string[]> => {
  const response = await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } });
  expect(response.status).toBe(200);
  return (await response.text()).split('\n');
};

/** The value of a series by its name and some of its labels; undefined: there is none. */
const valueOf = (
  lines: readonly string[],
  name: string,
  ...labels: readonly string[]
): number | undefined => {
  const line = lines.find(
    (each) => /^\w+/.exec(each)?.[0] === name && labels.every((label) => each.includes(label)),
  );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

/** Scrapes until a series has a value. */
const until = async (value: number, ...series: [name: string, ...labels: string[]]): Promise<void> => {
  while (valueOf(await scrape(), ...series) !== value) continue;
};

const FILES = 'messaging_destination_name="files"';
const of = (group: string): string => `messaging_consumer_group_name="${group}"`;

describe('the metrics of a queue', () => {
  it('count what is published, and known already', async () => {
    server = await startTestServer({ storage: 'memory' });
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    for (let times = 0; times < 2; times++) await client().publish('files', 'save', save, { id });
    await client().publish('files', 'save', save);
    const lines = await scrape();
    const [sent, duplicates] = [
      'messaging_client_sent_messages_total',
      'typed_queue_duplicate_messages_total',
    ];
    expect(valueOf(lines, sent, FILES, 'messaging_operation_name="publish"')).toBe(2);
    expect(valueOf(lines, duplicates, FILES)).toBe(1);
    expect(valueOf(lines, 'typed_queue_messages', FILES)).toBe(2);
    expect(valueOf(lines, sent, 'messaging_destination_name="database"')).toBe(0);
  });

  it('count refused messages and requests by their codes', async () => {
    server = await startTestServer({ storage: 'memory' });
    // Wrong on purpose: the server finds it.
    const wrong = { ...save, bytes: -1 };
    await expect(client().publish('files', 'save', wrong)).rejects.toThrow('bytes');
    await expect(client().admin.seek('files', 'unknown', 'start')).rejects.toThrow('unknown');
    const lines = await scrape();
    expect(valueOf(lines, 'typed_queue_refused_total', 'error_type="payload_invalid"')).toBe(1);
    expect(valueOf(lines, 'typed_queue_refused_total', 'error_type="group_unknown"')).toBe(1);
  });

  it('count what tails were sent', async () => {
    server = await startTestServer({ storage: 'memory' });
    const queue = client();
    for (let times = 0; times < 3; times++) await queue.publish('files', 'save', save);
    for await (const { seq } of queue.tail('files', { from: 'start' })) if (seq === 3) break;
    const labels = [FILES, 'messaging_operation_name="tail"'];
    expect(valueOf(await scrape(), 'messaging_client_consumed_messages_total', ...labels)).toBe(3);
  });

  it('are there for every queue of the contract', async () => {
    const orders = defineQueue('orders', { events: { placed: z.strictObject({}) } });
    server = await startTestServer({ storage: 'memory', contract: defineContract({ orders }) });
    expect(valueOf(await scrape(), 'typed_queue_messages', 'messaging_destination_name="orders"')).toBe(0);
  });
});

describe('the metrics of a group', () => {
  it('count what is delivered, acked, failed and dead', async () => {
    server = await startTestServer({ storage: 'memory' });
    const queue = client();
    queue.on('dead-letter', () => undefined).on('handler:error', () => undefined);
    queue.subscribe('files', { group: 'g', retryDelaysMs: [0] }, ({ payload }, { attempt }) => {
      if (payload.path === 'dead') throw new DeadLetter('no');
      if (payload.path === 'retry' && attempt === 1) throw new Error('again');
    });
    for (const path of ['ack', 'retry', 'dead']) await queue.publish('files', 'save', { ...save, path });
    await until(2, 'typed_queue_acked_messages_total', FILES, of('g'));
    await until(1, 'typed_queue_dead_lettered_messages_total', FILES, of('g'));
    const lines = await scrape();
    expect(valueOf(lines, 'typed_queue_retried_messages_total', FILES, of('g'))).toBe(1);
    expect(valueOf(lines, 'messaging_client_consumed_messages_total', FILES, of('g'))).toBe(4);
    expect(valueOf(lines, 'typed_queue_group_dead_letters', FILES, of('g'))).toBe(1);
    expect(valueOf(lines, 'typed_queue_dead_letters', FILES)).toBe(1);
    expect(valueOf(lines, 'typed_queue_group_members', FILES, of('g'))).toBe(1);
  });

  it('count declared failures by their codes, retried or not, and no others', async () => {
    const orders = defineQueue('orders', {
      events: {
        placed: event(z.strictObject({}), {
          failures: { mail_down: { retry: true }, sold_out: { retry: false } },
        }),
      },
    });
    server = await startTestServer({ storage: 'memory', contract: defineContract({ orders }) });
    const plain = await plainClient(server.url);
    const granted = received(plain.socket, 'grant', 1);
    const publication = { event: 'placed', payload: {} };
    await plain.value('publish', 'orders', [publication, publication, publication, publication]);
    await plain.value('subscribe', { subscription: 's', queue: 'orders', group: 'g' });
    // Safe: what a grant is made of.
    const [{ token }] = (await granted) as [{ token: number }];
    const failed = (kind: string, code: string, range: Range) => ({
      token,
      outcome: { kind, failure: { code } },
      ranges: [range],
    });
    await plain.value('settle', 's', [
      failed('retry', 'mail_down', [1, 2]),
      failed('dead-letter', 'sold_out', [3, 3]),
      failed('dead-letter', 'unknown', [4, 4]),
    ]);
    plain.socket.disconnect();
    const series = (await scrape()).filter((line) => line.startsWith('typed_queue_failures_total{'));
    const labels = `messaging_destination_name="orders",${of('g')}`;
    expect(series).toEqual([
      `typed_queue_failures_total{${labels},error_type="mail_down"} 2`,
      `typed_queue_failures_total{${labels},error_type="sold_out"} 1`,
    ]);
  });

  it('count calls by how they ended, and show who serves them', async () => {
    server = await startTestServer({ storage: 'memory', contract: stock });
    const plain = await plainClient(server.url);
    plain.socket.on('invocations', (_responder: string, [{ token }]: readonly [{ token: number }]) =>
      plain.socket.emit('replies', [{ token, kind: 'output', output: '{"left":3}' }]),
    );
    await plain.value('serve', { responder: 'r', queue: 'stock', calls: ['count'] });
    const count = { call: 'count', input: { sku: 'tea' } };
    await plain.value('call', 'stock', count);
    await plain.value('call', 'stock', count);
    await plain.refusal('call', 'stock', {
      ...count,
      call: 'reserve',
      input: { sku: 'a', count: 1 },
      timeoutMs: 1,
    });
    const lines = await scrape();
    plain.socket.disconnect();
    const ofCall = (call: string) => `messaging_destination_name="stock",call="${call}"`;
    expect(lines.filter((line) => line.startsWith('typed_queue_calls_total{'))).toEqual([
      `typed_queue_calls_total{${ofCall('reserve')},error_type="deadline_exceeded"} 1`,
      `typed_queue_calls_total{${ofCall('count')},error_type=""} 2`,
    ]);
    expect(valueOf(lines, 'typed_queue_call_responders', ofCall('count'))).toBe(1);
    expect(valueOf(lines, 'typed_queue_calls_running', ofCall('count'))).toBe(0);
  });

  it('say how far it is behind, and since when', async () => {
    server = await startTestServer({ storage: 'memory' });
    const queue = client();
    const consumer = client();
    let handled = 0;
    consumer.subscribe('files', { group: 'g', window: { messages: 1 } }, async (_message, { signal }) => {
      handled++;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    for (let times = 0; times < 3; times++) await queue.publish('files', 'save', save);
    await until(1, 'typed_queue_group_leased_messages', FILES, of('g'));
    const lines = await scrape();
    expect(valueOf(lines, 'typed_queue_group_depth_messages', FILES, of('g'))).toBe(3);
    expect(valueOf(lines, 'typed_queue_group_lag_messages', FILES, of('g'))).toBe(2);
    expect(valueOf(lines, 'typed_queue_group_oldest_age_seconds', FILES, of('g'))).toBeGreaterThanOrEqual(0);
    expect(handled).toBeLessThanOrEqual(1);
    await consumer.close({ timeoutMs: 0 });
  });

  it('are gone when it is deleted', async () => {
    server = await startTestServer({ storage: 'memory' });
    const queue = client();
    const subscription = queue.subscribe('files', { group: 'g' }, () => undefined);
    await subscription.ready;
    await until(1, 'typed_queue_group_members', FILES, of('g'));
    await subscription.close();
    await queue.admin.delete('files', 'g');
    expect((await scrape()).filter((line) => line.includes(of('g')))).toEqual([]);
  });
});

describe('the metrics of what is published later', () => {
  it('count what waits and what was sent, and schedules, by queue', async () => {
    server = await startTestServer({ storage: 'memory' });
    const { admin } = client();
    for (const delayMs of [DAY, DAY, 0]) await client().publish('files', 'save', save, { delayMs });
    const yearly = { cron: '0 0 1 1 *', queue: 'files', event: 'save', payload: save } as const;
    await admin.schedules.put('yearly', yearly);
    await until(1, 'typed_queue_scheduled_sent_messages_total', FILES);
    const lines = await scrape();
    expect(valueOf(lines, 'typed_queue_scheduled_messages', FILES)).toBe(2);
    expect(valueOf(lines, 'typed_queue_scheduled_messages', 'messaging_destination_name="database"')).toBe(0);
    expect(valueOf(lines, 'typed_queue_schedules', FILES)).toBe(1);
    expect(valueOf(lines, 'typed_queue_scheduled_late_seconds')).toBe(0);
  });
});

describe('the metrics of a server', () => {
  it('have the times and sizes of its group commits, by the kind of journal', async () => {
    server = await startTestServer();
    await client().publish('files', 'save', save);
    const lines = await scrape();
    expect(valueOf(lines, 'typed_queue_flush_duration_seconds_count', 'journal="queues"')).toBe(1);
    expect(valueOf(lines, 'typed_queue_commit_messages_bucket', 'journal="queues"', 'le="1"')).toBe(1);
    expect(valueOf(lines, 'typed_queue_log_bytes', FILES)).toBeGreaterThan(0);
  });

  it('have its connections, memory budget and state', async () => {
    server = await startTestServer({ storage: 'memory', memoryBudget: 64 * 1024 * 1024 });
    await client().publish('files', 'save', save);
    const lines = await scrape();
    expect(valueOf(lines, 'typed_queue_connections')).toBe(1);
    expect(valueOf(lines, 'typed_queue_memory_budget_bytes')).toBe(64 * 1024 * 1024);
    expect(valueOf(lines, 'typed_queue_memory_used_bytes')).toBeGreaterThanOrEqual(0);
    expect(valueOf(lines, 'typed_queue_ready')).toBe(1);
    expect(valueOf(lines, 'typed_queue_storage_fault', 'error_type="storage_full"')).toBe(0);
    expect(valueOf(lines, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });
});
