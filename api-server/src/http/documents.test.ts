import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeUnit } from './fake-repository.fixture.js';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

describe('the documents of a model', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  /** Creates an item and returns its path. */
  const created = async (fields = {}): Promise<string> => {
    const response = await api.ask('POST', ITEMS, { name: 'Tea', price: 5, ...fields });
    return response.headers.get('location') ?? '';
  };

  it('are created, with their location and revision', async () => {
    const response = await api.ask('POST', ITEMS, { name: 'Tea', price: 5 });
    const body = await bodyOf(response);
    expect([response.status, response.headers.get('etag')]).toEqual([201, '"1"']);
    expect(body).toMatchObject({ name: 'Tea', price: 5, revision: 1 });
    expect(response.headers.get('location')).toBe(`${ITEMS}/${String(body.id)}`);
    const read = await api.ask('GET', response.headers.get('location') ?? '');
    expect([read.status, read.headers.get('etag'), await bodyOf(read)]).toEqual([200, '"1"', body]);
  });

  it.each(['"1"', 'W/"1"', '"7", "1"', '*'])('are not sent again to who has them: %s', async (etag) => {
    const path = await created();
    const response = await api.ask('GET', path, undefined, { 'if-none-match': etag });
    expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, '"1"', '']);
    const other = await api.ask('GET', path, undefined, { 'if-none-match': '"2"' });
    expect([other.status, await bodyOf(other)]).toEqual([200, expect.objectContaining({ name: 'Tea' })]);
  });

  it('are replaced as a whole', async () => {
    const path = await created({ note: 'green' });
    const response = await api.ask('PUT', path, { name: 'Mate', price: 7 }, { 'if-match': '"1"' });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
    const body = await bodyOf(response);
    expect(body).toMatchObject({ name: 'Mate', price: 7, revision: 2 });
    expect(body).not.toHaveProperty('note');
  });

  it.each(['application/json', 'application/merge-patch+json; charset=UTF-8'])(
    'are patched by %s',
    async (type) => {
      const path = await created({ note: 'green', active: true });
      const headers = { 'if-match': '"1"', 'content-type': type };
      const response = await api.ask('PATCH', path, { price: 6, note: null }, headers);
      expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
      const body = await bodyOf(response);
      expect(body).toMatchObject({ name: 'Tea', price: 6, active: true });
      expect(body).not.toHaveProperty('note');
    },
  );

  it('keep a field that they must have: null does not remove it', async () => {
    const response = await api.ask('PATCH', await created(), { price: null }, { 'if-match': '*' });
    expect([response.status, await bodyOf(response)]).toEqual([
      422,
      expect.objectContaining({ issues: [expect.objectContaining({ path: 'price' })] }),
    ]);
  });

  it('have no field that could be removed beside theirs', async () => {
    const response = await api.ask('PATCH', await created(), { color: null }, { 'if-match': '*' });
    expect([response.status, (await bodyOf(response)).code]).toEqual([422, 'document_invalid']);
  });

  it('are deleted', async () => {
    const path = await created();
    const response = await api.ask('DELETE', path, undefined, { 'if-match': '"1"' });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect((await api.ask('GET', path)).status).toBe(404);
  });

  it.each([
    ['PUT', { name: 'Mate', price: 7 }],
    ['PATCH', { price: 7 }],
    ['DELETE', undefined],
  ])('change by %s only when the revision that is meant is theirs', async (method, body) => {
    const path = await created();
    const codeWith = async (headers: Record<string, string>): Promise<unknown[]> => {
      const response = await api.ask(method, path, body, headers);
      return [response.status, response.ok || (await bodyOf(response)).code];
    };
    expect(await codeWith({})).toEqual([428, 'precondition_required']);
    expect(await codeWith({ 'if-match': '"2"' })).toEqual([412, 'revision_conflict']);
    for (const other of ['W/"1"', '"2", W/"1"', '"x"', '"1e0"', '"01"', '"1,2"']) {
      expect(await codeWith({ 'if-match': other })).toEqual([412, 'revision_conflict']);
    }
    for (const wrong of ['1', '"1" "2"', '"1', ',', '*, "1"', 'w/"1"']) {
      expect(await codeWith({ 'if-match': wrong })).toEqual([400, 'header_invalid']);
    }
    expect((await bodyOf(await api.ask('GET', path))).revision).toBe(1);
    expect((await codeWith({ 'if-match': '*' }))[1]).toBe(true);
  });

  it.each(['"7", "1"', '"1","7"', ' "1" ,, W/"9"', '*'])(
    'change when their revision is one of those that are meant: %s',
    async (etags) => {
      const response = await api.ask('PATCH', await created(), { price: 7 }, { 'if-match': etags });
      expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
    },
  );

  describe('with an Idempotency-Key', () => {
    const post = (key: string, body: unknown): Promise<Response> =>
      api.ask('POST', ITEMS, body, { 'idempotency-key': key });

    it('are created once, and the answer is said again', async () => {
      const [first, again] = [
        await post('a', { name: 'Tea', price: 5 }),
        await post('a', { name: 'Tea', price: 5 }),
      ];
      const shown = (response: Response) =>
        ['location', 'etag', 'content-type'].map((name) => response.headers.get(name));
      expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      expect([shown(again), await again.text()]).toEqual([shown(first), await first.text()]);
      expect(api.repository.calls.map(([method, context]) => [method, context?.unit])).toEqual([
        ['create', fakeUnit],
      ]);
    });

    it('are created once by requests at the same time', async () => {
      const answers = await Promise.all(['a', 'a', 'a'].map((key) => post(key, { name: 'Tea', price: 5 })));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(api.repository.documents.size).toBe(1);
    });

    it('are created once, also when the fields come in another order', async () => {
      await post('a', { name: 'Tea', price: 5, parts: ['lid', 'pot'] });
      const again = await post('a', { parts: ['lid', 'pot'], price: 5, name: 'Tea' });
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      const other = await post('a', { name: 'Tea', price: 5, parts: ['pot', 'lid'] });
      expect([other.status, (await bodyOf(other)).code]).toEqual([422, 'idempotency_conflict']);
    });

    it('refuse another document by the same key', async () => {
      await post('a', { name: 'Tea', price: 5 });
      const response = await post('a', { name: 'Tea', price: 6 });
      expect([response.status, (await bodyOf(response)).code]).toEqual([422, 'idempotency_conflict']);
    });

    it('may be tried again by the same key when they were refused', async () => {
      expect((await post('a', { name: '', price: 5 })).status).toBe(422);
      expect((await post('a', { name: 'Tea', price: 5 })).status).toBe(201);
    });

    it.each(['', 'a b', 'x'.repeat(129)])('refuse the key "%s"', async (key) => {
      const response = await post(key, { name: 'Tea', price: 5 });
      expect([response.status, (await bodyOf(response)).code]).toEqual([400, 'header_invalid']);
      expect(api.repository.documents.size).toBe(0);
    });
  });
});
