import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeUnit } from './fake-repository.fixture.js';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

describe('many documents', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const batch = [
    { name: 'Tea', price: 5 },
    { name: 'Mate', price: 5 },
  ];

  const answerTo = async (method: string, path: string, body?: unknown): Promise<[number, unknown]> => {
    const response = await api.ask(method, path, body);
    return [response.status, await bodyOf(response)];
  };

  it('are created by an array, once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'a' };
    const [first, again] = [
      await api.ask('POST', `${ITEMS}:batch`, batch, headers),
      await api.ask('POST', `${ITEMS}:batch`, batch, headers),
    ];
    const body = await bodyOf(first);
    expect([first.status, body]).toMatchObject([201, { items: batch }]);
    expect([again.status, await bodyOf(again), again.headers.get('idempotent-replayed')]).toEqual([
      201,
      body,
      'true',
    ]);
    expect(api.repository.calls[0]).toEqual(['create', { requestId: 'request-1', unit: fakeUnit }]);
    // A key of one document is another one.
    expect((await api.ask('POST', ITEMS, { name: 'Cup', price: 1 }, headers)).status).toBe(201);
  });

  it.each([[{ items: [] }], [null], ['x']])('are not created by %j', async (body) => {
    expect(await answerTo('POST', `${ITEMS}:batch`, JSON.stringify(body))).toMatchObject([
      422,
      { code: 'document_invalid' },
    ]);
  });

  it('are patched and deleted by a filter', async () => {
    await api.ask('POST', `${ITEMS}:batch`, [...batch, { name: 'Cup', price: 1 }]);
    const done = { dryRun: false, matched: 2, ids: [expect.any(String), expect.any(String)] };
    expect(await answerTo('PATCH', `${ITEMS}?price=5`, { note: 'hot' })).toEqual([200, done]);
    expect([...api.repository.documents.values()].map(({ note }) => note)).toEqual(['hot', 'hot', undefined]);
    expect(await answerTo('DELETE', `${ITEMS}?price=5`)).toEqual([200, done]);
    expect(api.repository.documents.size).toBe(1);
  });

  it.each(['', '?', '?dryRun=true', '?price=x', '?price=5&dryRun=yes', '?price=5&limit=1', '?note=x'])(
    'are neither patched nor deleted by "%s"',
    async (search) => {
      for (const method of ['PATCH', 'DELETE']) {
        const body = method === 'PATCH' ? { note: 'x' } : undefined;
        expect(await answerTo(method, `${ITEMS}${search}`, body)).toMatchObject([
          400,
          { code: 'query_invalid' },
        ]);
      }
      expect(api.repository.calls).toEqual([]);
    },
  );
});
