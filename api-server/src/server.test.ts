import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type DatabaseMessage } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { askAt, type Answer, type Ask } from './http/requests.fixture.js';
import { startApiServer } from './server.js';
import { startTestApi, type TestApi } from './testing.js';

const CATEGORIES = '/api/v1/categories';
/** Where nothing listens. */
const NOWHERE = 'http://127.0.0.1:9';

let api: TestApi;
afterEach(() => api.close());

const ask: Ask = (...request) => askAt(api.url)(...request);

describe('an API server with a queue server', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ storage: 'memory' });
    api = await startTestApi({ queue: { url: server.url } });
  });
  afterEach(() => server.close());

  const tea = { name: 'Tea', price: 500, stock: 3, tags: [] };
  const create = (body: unknown = tea): Promise<Answer> => {
    const headers = { 'x-request-id': 'r-1', 'x-actor': 'ada', 'idempotency-key': 'k' };
    return ask('POST', '/api/v1/products', { body, headers });
  };

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

  it('publishes each change with its documents', async () => {
    const path = String((await create()).headers.location);
    await ask('PATCH', path, { body: { price: 450 }, headers: { 'if-match': '"1"' } });
    await ask('DELETE', path, { headers: { 'if-match': '"2"' } });
    expect(await events(3)).toMatchObject([
      { event: 'create', payload: { model: 'product', after: { ...tea, revision: 1 } } },
      {
        event: 'update',
        payload: {
          before: { price: 500 },
          after: { price: 450 },
          changed: expect.arrayContaining(['price']),
        },
      },
      { event: 'delete', payload: { before: { revision: 2 } } },
    ]);
  });

  it('answers a change with the revision that the next one needs', async () => {
    const path = String((await create()).headers.location);
    const sent = { body: { price: 450 }, headers: { 'if-match': '"1"' } };
    expect(await ask('PATCH', path, sent)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    const deletion = await ask('DELETE', path, { headers: { 'if-match': '"2"' } });
    expect(deletion).toMatchObject({ status: 204 });
  });

  it('publishes who asked for a change, and by which request', async () => {
    await create();
    expect(await events(1)).toMatchObject([{ headers: { 'x-request-id': 'r-1', actor: 'ada' } }]);
  });

  it('publishes a creation once that comes again with its Idempotency-Key', async () => {
    await create();
    const again = await create();
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    await ask('DELETE', String(again.headers.location), { headers: { 'if-match': '*' } });
    expect((await events(2)).map(({ event }) => event)).toEqual(['create', 'delete']);
  });

  it('publishes what failed', async () => {
    expect(await create({ name: 7 })).toMatchObject({ status: 422 });
    expect(await events(1)).toMatchObject([
      { event: 'error', payload: { model: 'product', operation: 'create', code: 'document_invalid' } },
    ]);
  });
});

describe('an API server whose queue server is away', () => {
  beforeEach(async () => {
    api = await startTestApi({ queue: { url: NOWHERE } });
  });

  it('serves, is ready, and shows the waiting events', async () => {
    expect(await ask('POST', CATEGORIES, { body: { name: 'Drinks' } })).toMatchObject({ status: 201 });
    expect(await ask('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ok', outbox: { depth: 1, parked: 0 } },
    });
  });

  it('does not show the address of the queue server', async () => {
    expect((await ask('GET', '/readyz')).text).not.toContain(new URL(NOWHERE).host);
  });

  describe('patches with null', () => {
    const patch = async (body: unknown): Promise<Answer> => {
      const created = await ask('POST', CATEGORIES, { body: { name: 'Drinks', description: 'cold' } });
      return ask('PATCH', String(created.headers.location), { body, headers: { 'if-match': '*' } });
    };

    it('removes an optional field', async () => {
      expect((await patch({ description: null })).body).toEqual({
        id: expect.any(String),
        name: 'Drinks',
        revision: 2,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      });
    });

    it('refuses to remove an unknown field', async () => {
      expect((await patch({ color: null })).body).toMatchObject({ code: 'document_invalid' });
    });

    it('refuses to remove a required field', async () => {
      const refused = { code: 'document_invalid', issues: [{ path: 'name' }] };
      expect((await patch({ name: null })).body).toMatchObject(refused);
    });
  });

  it('finishes the requests in progress before it closes', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `category ${index}`);
    const [first, ...rest] = names.map((name) => ask('POST', CATEGORIES, { body: { name } }));
    await first;
    const closed = api.close();
    const results = await Promise.allSettled(rest);
    await closed;
    // Requests were answered in full, or got no connection.
    for (const result of results) {
      if (result.status === 'fulfilled') expect(result.value).toMatchObject({ status: 201 });
    }
    await expect(fetch(`${api.url}/livez`)).rejects.toThrow('fetch failed');
  });

  it('releases everything when its port is taken', async () => {
    const port = Number(new URL(api.url).port);
    const options = { mongodbUri: api.mongodbUri, queue: { url: NOWHERE }, port };
    await expect(startApiServer(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
