import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeUnit } from './fake-repository.fixture.js';
import type { Answer } from './requests.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const TEA = { name: 'Tea', price: 5 };
const MATE = { name: 'Mate', price: 7 };

let api: RunningApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

/** Creates an item and returns its path. */
const created = async (fields = {}): Promise<string> => {
  const { headers } = await api.ask('POST', ITEMS, { body: { ...TEA, ...fields } });
  return String(headers.location);
};

describe('a document', () => {
  it('is created, with its location and revision', async () => {
    const answer = await api.ask('POST', ITEMS, { body: TEA });
    expect(answer).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: `${ITEMS}/${String(answer.body.id)}` },
      body: { ...TEA, revision: 1 },
    });
  });

  it('is read at its location', async () => {
    const { headers, body } = await api.ask('POST', ITEMS, { body: TEA });
    const read = await api.ask('GET', String(headers.location));
    expect(read).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(read.body).toEqual(body);
  });

  it.each(['"1"', 'W/"1"', '"7", "1"', '*'])(
    'is not sent to a client that has its revision: %s',
    async (etag) => {
      const answer = await api.ask('GET', await created(), { headers: { 'if-none-match': etag } });
      expect(answer).toMatchObject({ status: 304, headers: { etag: '"1"' }, text: '' });
    },
  );

  it('is sent to a client that has another revision', async () => {
    const answer = await api.ask('GET', await created(), { headers: { 'if-none-match': '"2"' } });
    expect(answer).toMatchObject({ status: 200, body: { name: 'Tea' } });
  });

  it('is replaced as a whole', async () => {
    const path = await created({ note: 'green' });
    const answer = await api.ask('PUT', path, { body: MATE, headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { ...MATE, revision: 2 } });
    expect(answer.body).not.toHaveProperty('note');
  });

  it('is deleted', async () => {
    const path = await created();
    const answer = await api.ask('DELETE', path, { headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(await api.ask('GET', path)).toMatchObject({ status: 404 });
  });
});

describe('a patch', () => {
  const patch = async (path: string, body: object): Promise<Answer> =>
    api.ask('PATCH', path, { body, headers: { 'if-match': '*' } });

  it.each(['application/json', 'application/merge-patch+json; charset=UTF-8'])(
    'changes what it names and removes what it sets to null, as %s',
    async (type) => {
      const path = await created({ note: 'green', active: true });
      const headers = { 'if-match': '"1"', 'content-type': type };
      const answer = await api.ask('PATCH', path, { body: { price: 6, note: null }, headers });
      const body = { name: 'Tea', price: 6, active: true };
      expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' }, body });
      expect(answer.body).not.toHaveProperty('note');
    },
  );

  it('does not remove a required field', async () => {
    const refused = { status: 422, body: { issues: [{ path: 'price' }] } };
    expect(await patch(await created(), { price: null })).toMatchObject(refused);
  });

  it('does not remove an unknown field', async () => {
    const refused = { status: 422, body: { code: 'document_invalid' } };
    expect(await patch(await created(), { color: null })).toMatchObject(refused);
  });
});

describe.each([
  { method: 'PUT', body: MATE },
  { method: 'PATCH', body: { price: 7 } },
  { method: 'DELETE', body: undefined },
])('a $method', ({ method, body }) => {
  const change = (path: string, headers: Record<string, string>): Promise<Answer> =>
    api.ask(method, path, { body, headers });

  it.each([
    { headers: {}, status: 428, code: 'precondition_required' },
    ...['"2"', 'W/"1"', '"2", W/"1"', '"x"', '"1e0"', '"01"', '"1,2"'].map((etag) => ({
      headers: { 'if-match': etag },
      status: 412,
      code: 'revision_conflict',
    })),
    ...['1', '"1" "2"', '"1', ',', '*, "1"', 'w/"1"'].map((wrong) => ({
      headers: { 'if-match': wrong },
      status: 400,
      code: 'header_invalid',
    })),
  ])('changes nothing without the revision of the document: $headers', async ({ headers, status, code }) => {
    const path = await created();
    expect(await change(path, headers)).toMatchObject({ status, body: { code } });
    expect(await api.ask('GET', path)).toMatchObject({ body: { revision: 1 } });
  });

  it('changes any revision with *', async () => {
    const { status } = await change(await created(), { 'if-match': '*' });
    expect(status).toBe(method === 'DELETE' ? 204 : 200);
  });
});

it.each(['"7", "1"', '"1","7"', ' "1" ,, W/"9"', '*'])(
  'a document is changed when its revision is one of several: %s',
  async (etags) => {
    const sent = { body: { price: 7 }, headers: { 'if-match': etags } };
    const answer = await api.ask('PATCH', await created(), sent);
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  },
);

describe('an Idempotency-Key', () => {
  const post = (body: unknown): Promise<Answer> =>
    api.ask('POST', ITEMS, { body, headers: { 'idempotency-key': 'a' } });
  const replayed = { status: 201, headers: { 'idempotent-replayed': 'true' } };
  const conflict = { status: 422, body: { code: 'idempotency_conflict' } };

  it('makes the same request again get the same answer', async () => {
    const first = await post(TEA);
    const { location, etag, 'content-type': type } = first.headers;
    const headers = { location, etag, 'content-type': type };
    expect(await post(TEA)).toMatchObject({ status: 201, headers, text: first.text });
  });

  it('marks only the answers that are repeated', async () => {
    const first = await post(TEA);
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(await post(TEA)).toMatchObject(replayed);
  });

  it('makes the same request again create nothing, in the transaction of the key', async () => {
    await post(TEA);
    await post(TEA);
    const calls = api.repository.calls.map(([method, context]) => ({ method, unit: context?.unit }));
    expect(calls).toEqual([{ method: 'create', unit: fakeUnit }]);
  });

  it('makes requests at the same time create one document', async () => {
    const answers = await Promise.all([post(TEA), post(TEA), post(TEA)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(api.repository.documents.size).toBe(1);
  });

  it('does not depend on the order of fields', async () => {
    await post({ ...TEA, parts: ['lid', 'pot'] });
    expect(await post({ parts: ['lid', 'pot'], price: 5, name: 'Tea' })).toMatchObject(replayed);
  });

  it('depends on the order of items in an array', async () => {
    await post({ ...TEA, parts: ['lid', 'pot'] });
    expect(await post({ ...TEA, parts: ['pot', 'lid'] })).toMatchObject(conflict);
  });

  it('refuses another document', async () => {
    await post(TEA);
    expect(await post({ ...TEA, price: 6 })).toMatchObject(conflict);
  });

  it('may be used again after a refusal', async () => {
    expect(await post({ ...TEA, name: '' })).toMatchObject({ status: 422 });
    expect(await post(TEA)).toMatchObject({ status: 201 });
  });

  it.each(['', 'a b', 'x'.repeat(129)])('is refused when it is "%s"', async (key) => {
    const refused = { status: 400, body: { code: 'header_invalid' } };
    const sent = { body: TEA, headers: { 'idempotency-key': key } };
    expect(await api.ask('POST', ITEMS, sent)).toMatchObject(refused);
    expect(api.repository.documents.size).toBe(0);
  });
});
