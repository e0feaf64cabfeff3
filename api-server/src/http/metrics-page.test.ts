import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { bearer, keyOf, openCallers } from './callers.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

let api: RunningApi;
afterEach(() => api.close());

/** The series of requests that were counted, by their labels. */
const counted = async (): Promise<Record<string, number>> => {
  const { text } = await api.ask('GET', '/metrics');
  const lines = text.matchAll(/^http_server_request_duration_seconds_count\{(.*)\} (\d+)$/gm);
  return Object.fromEntries(
    [...lines].map(([, labels = '', count]) => [
      labels.replaceAll(/\w+="/g, '').replaceAll('"', ''),
      Number(count),
    ]),
  );
};

describe('/metrics of an API without keys', () => {
  it('answers everybody, in the text format of Prometheus, with what the server measures', async () => {
    const series = [{ labels: {}, value: 7 }];
    const metric = { kind: 'gauge', name: 'waiting', help: 'Waiting.', labels: [], series } as const;
    api = await startApi({ metrics: async () => [metric] });
    const { status, headers, text } = await api.ask('GET', '/metrics');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('# TYPE waiting gauge\nwaiting 7\n');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('counts requests by method, route and status, and never by what was requested', async () => {
    api = await startApi();
    await api.ask('POST', ITEMS, { body: { name: 'Tea', price: 1 }, headers: { 'idempotency-key': 'k' } });
    for (const id of ['1', '2', '3']) await api.ask('GET', `${ITEMS}/${id}?x=${id}`);
    await api.ask('PROPFIND', ITEMS);
    await api.ask('POST', '/admin/outbox/unknown/retry');
    for (const path of ['/a', '/b']) await api.ask('GET', path);
    expect(await counted()).toEqual({
      'POST,/api/v1/items,201': 1,
      'GET,/api/v1/items/:id,400': 3,
      '_OTHER,/api/v1/items,405': 1,
      'POST,/admin/outbox/:id/retry,404': 1,
      'GET,(none),404': 2,
    });
  });

  it('is answered with a problem when the figures cannot be read', async () => {
    api = await startApi({
      metrics: async () => {
        throw new ApiError('database_unavailable', 'It does not answer.');
      },
    });
    expect(await api.ask('GET', '/metrics')).toMatchObject({
      status: 503,
      body: { code: 'database_unavailable' },
    });
  });
});

describe('/metrics of an API with keys', () => {
  it('answers those who may administer all models, and nobody else', async () => {
    const callers = await openCallers({
      prometheus: { models: { '*': ['admin'] } },
      reader: { models: { '*': ['read', 'write'] } },
    });
    api = await startApi({ authenticator: callers.authenticator });
    const answerTo = (key: string) => api.ask('GET', '/metrics', { headers: bearer(keyOf(key)) });
    expect((await answerTo('prometheus')).status).toBe(200);
    expect(await answerTo('reader')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await answerTo('nobody')).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    const { status, headers } = await api.ask('GET', '/metrics');
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="typed-queue"']);
    await callers.remove();
  });
});
