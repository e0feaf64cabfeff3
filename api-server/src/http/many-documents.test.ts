import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeUnit } from './fake-repository.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const BATCH = `${ITEMS}:batch`;

const items = [
  { name: 'Tea', price: 5 },
  { name: 'Mate', price: 5 },
];

let api: RunningApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

describe('a batch', () => {
  const headers = { 'idempotency-key': 'a' };

  it('creates all documents in one transaction', async () => {
    expect(await api.ask('POST', BATCH, { body: items, headers })).toMatchObject({
      status: 201,
      body: { items },
    });
    expect(api.repository.calls[0]).toEqual(['create', { requestId: 'request-1', unit: fakeUnit }]);
  });

  it('is answered the same when it comes again with its Idempotency-Key', async () => {
    const { body } = await api.ask('POST', BATCH, { body: items, headers });
    const again = await api.ask('POST', BATCH, { body: items, headers });
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect(again.body).toEqual(body);
  });

  it('has other Idempotency-Keys than single documents', async () => {
    await api.ask('POST', BATCH, { body: items, headers });
    const single = { body: { name: 'Cup', price: 1 }, headers };
    expect(await api.ask('POST', ITEMS, single)).toMatchObject({ status: 201 });
  });

  it.each([[{ items: [] }], [null], ['x']])('is refused when it is no array: %j', async (body) => {
    const refused = { status: 422, body: { code: 'document_invalid' } };
    expect(await api.ask('POST', BATCH, { body: JSON.stringify(body) })).toMatchObject(refused);
  });
});

describe('a filter', () => {
  const found = { dryRun: false, matched: 2, ids: [expect.any(String), expect.any(String)] };
  beforeEach(async () => {
    await api.ask('POST', BATCH, { body: [...items, { name: 'Cup', price: 1 }] });
    api.repository.calls.splice(0);
  });

  it('patches the documents that it finds', async () => {
    const { status, body } = await api.ask('PATCH', `${ITEMS}?price=5`, { body: { note: 'hot' } });
    expect(status).toBe(200);
    expect(body).toEqual(found);
    const notes = [...api.repository.documents.values()].map(({ note }) => note);
    expect(notes).toEqual(['hot', 'hot', undefined]);
  });

  it('deletes the documents that it finds', async () => {
    const { status, body } = await api.ask('DELETE', `${ITEMS}?price=5`);
    expect(status).toBe(200);
    expect(body).toEqual(found);
    expect(api.repository.documents.size).toBe(1);
  });

  describe.each(['', '?', '?dryRun=true', '?price=x', '?price=5&dryRun=yes', '?price=5&limit=1', '?note=x'])(
    'that is missing or wrong: "%s"',
    (search) => {
      it.each([{ method: 'PATCH', body: { note: 'x' } }, { method: 'DELETE' }])(
        'makes a $method change nothing',
        async ({ method, body }) => {
          const refused = { status: 400, body: { code: 'query_invalid' } };
          expect(await api.ask(method, `${ITEMS}${search}`, { body })).toMatchObject(refused);
          expect(api.repository.calls).toEqual([]);
        },
      );
    },
  );
});
