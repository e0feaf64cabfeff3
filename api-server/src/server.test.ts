import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { contract, type DatabaseMessage } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { startApiServer } from './server.js';
import { startTestApi, type TestApi } from './testing.js';

/** Where nothing listens. */
const NOWHERE = 'http://127.0.0.1:9';

describe('the API server', () => {
  let server: TestServer;
  let api: TestApi;
  beforeAll(async () => {
    server = await startTestServer({ storage: 'memory' });
  });
  afterAll(() => server.close());
  afterEach(() => api.close());

  const ask = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${api.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  /** The first events of the queue, in their order. */
  const events = async (count: number): Promise<DatabaseMessage[]> => {
    const queue = connect(contract, { url: server.url });
    const messages: DatabaseMessage[] = [];
    for await (const message of queue.tail('database', { from: 'start' })) {
      messages.push(message);
      if (messages.length === count) break;
    }
    await queue.close();
    return messages;
  };

  it('publishes what it does, in whose name, and what failed', async () => {
    api = await startTestApi({ queue: { url: server.url } });
    const fields = { name: 'Tea', price: 500, stock: 3, tags: [] };
    const headers = { 'x-request-id': 'r-1', 'x-actor': 'ada', 'idempotency-key': 'k' };
    const created = await ask('POST', '/api/v1/products', fields, headers);
    const again = await ask('POST', '/api/v1/products', fields, headers);
    expect([created.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([
      201,
      201,
      'true',
    ]);
    const path = created.headers.get('location') ?? '';
    const patched = await ask('PATCH', path, { price: 450 }, { 'if-match': '"1"' });
    expect([patched.status, patched.headers.get('etag')]).toEqual([200, '"2"']);
    expect((await ask('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect((await ask('POST', '/api/v1/products', { name: 7 })).status).toBe(422);

    const published = (await events(4)).map(({ event, payload }) => [event, payload]);
    expect(published.filter(([event]) => event !== 'error')).toMatchObject([
      ['create', { model: 'product', after: { ...fields, revision: 1 } }],
      [
        'update',
        { before: { price: 500 }, after: { price: 450 }, changed: expect.arrayContaining(['price']) },
      ],
      ['delete', { before: { revision: 2 } }],
    ]);
    expect(published.filter(([event]) => event === 'error')).toMatchObject([
      ['error', { model: 'product', operation: 'create', code: 'document_invalid' }],
    ]);
    const [create] = (await events(4)).filter(({ event }) => event === 'create');
    expect(create?.headers).toMatchObject({ 'x-request-id': 'r-1', actor: 'ada' });
  });

  it('serves, and is ready, while the queue server is away', async () => {
    api = await startTestApi({ queue: { url: NOWHERE } });
    expect((await ask('POST', '/api/v1/categories', { name: 'Drinks' })).status).toBe(201);
    const ready = await ask('GET', '/readyz');
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: 'ok', outbox: { depth: 1, parked: 0 } },
    ]);
    expect(await (await ask('GET', '/readyz')).text()).not.toContain(new URL(NOWHERE).host);
  });

  it('removes fields that are patched with null, and no others', async () => {
    api = await startTestApi({ queue: { url: NOWHERE } });
    const created = await ask('POST', '/api/v1/categories', { name: 'Drinks', description: 'cold' });
    const path = created.headers.get('location') ?? '';
    const patch = async (body: unknown): Promise<unknown> =>
      (await ask('PATCH', path, body, { 'if-match': '*' })).json();
    expect(await patch({ color: null })).toMatchObject({ code: 'document_invalid' });
    expect(await patch({ name: null })).toMatchObject({
      code: 'document_invalid',
      issues: [{ path: 'name' }],
    });
    expect(await patch({ description: null })).toEqual({
      id: expect.any(String),
      name: 'Drinks',
      revision: 2,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it('finishes the requests that are under way before it closes', async () => {
    api = await startTestApi({ queue: { url: NOWHERE } });
    const names = Array.from({ length: 20 }, (_, index) => `category ${index}`);
    const [first, ...rest] = names.map((name) => ask('POST', '/api/v1/categories', { name }));
    await first;
    const closed = api.close();
    const statuses = await Promise.allSettled(rest);
    await closed;
    // Requests were answered in full, or got no connection.
    for (const result of statuses) {
      if (result.status === 'fulfilled') expect(result.value.status).toBe(201);
    }
    await expect(fetch(`${api.url}/livez`)).rejects.toThrow('fetch failed');
  });

  it('says that its port is taken, and releases everything', async () => {
    api = await startTestApi({ queue: { url: NOWHERE } });
    const port = Number(new URL(api.url).port);
    const options = { mongodbUri: api.mongodbUri, queue: { url: NOWHERE } };
    await expect(startApiServer({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
