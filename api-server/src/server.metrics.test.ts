import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { askAt } from './http/requests.fixture.js';
import { startTestApi, type TestApi } from './testing.js';

let server: TestServer;
let api: TestApi;
beforeEach(async () => {
  server = await startTestServer({ storage: 'memory' });
  api = await startTestApi({ queue: { url: server.url } });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const valueOf = async (name: string): Promise<number> => {
  const { text } = await askAt(api.url)('GET', '/metrics');
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
};

const until = async (name: string, value: number): Promise<void> => {
  while ((await valueOf(name)) !== value) continue;
};

it('the metrics of an API show its outbox and its connection to the queue server', async () => {
  const body = { name: 'Tea', price: 500, stock: 3, tags: [] };
  await askAt(api.url)('POST', '/api/v1/products', { body, headers: { 'idempotency-key': 'k' } });
  await until('typed_queue_outbox_published_events_total', 1);
  await until('typed_queue_outbox_waiting_events', 0);
  expect(await valueOf('typed_queue_outbox_oldest_age_seconds')).toBe(0);
  expect(await valueOf('typed_queue_outbox_leader')).toBe(1);
  expect(await valueOf('typed_queue_outbox_failures_total')).toBe(0);
  expect(await valueOf('typed_queue_api_connected')).toBe(1);
  expect(await valueOf('typed_queue_api_ready')).toBe(1);
});

it('the metrics of an API count events that wait, and are there without the queue server', async () => {
  await until('typed_queue_outbox_leader', 1);
  await server.close();
  await until('typed_queue_api_connected', 0);
  const body = { name: 'Tea', price: 500, stock: 3, tags: [] };
  await askAt(api.url)('POST', '/api/v1/products', { body, headers: { 'idempotency-key': 'k' } });
  expect(await valueOf('typed_queue_outbox_waiting_events')).toBe(1);
});
