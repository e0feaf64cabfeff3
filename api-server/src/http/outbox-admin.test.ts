import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const OUTBOX = '/admin/outbox';

describe('the administration of the outbox', () => {
  let api: RunningApi;
  const parked = new Map<string, string>();
  beforeEach(async () => {
    parked.clear();
    parked.set('a', 'parked').set('b', 'parked');
    const settle = (what: string) => async (id: string) =>
      parked.get(id) === 'parked' && parked.set(id, what).has(id);
    api = await startApi({
      outbox: {
        parked: async (limit) => [...parked.keys()].slice(0, limit).map((id) => ({ id })),
        retry: settle('waiting'),
        drop: settle('dropped'),
      },
    });
  });
  afterEach(() => api.close());

  it('shows what is parked', async () => {
    const response = await api.ask('GET', OUTBOX);
    expect([response.status, await bodyOf(response)]).toEqual([200, { parked: [{ id: 'a' }, { id: 'b' }] }]);
  });

  it('tries one again, and drops another', async () => {
    const answers = [await api.ask('POST', `${OUTBOX}/a/retry`), await api.ask('DELETE', `${OUTBOX}/b`)];
    expect(answers.map(({ status }) => status)).toEqual([202, 204]);
    expect(Object.fromEntries(parked)).toEqual({ a: 'waiting', b: 'dropped' });
  });

  it.each([
    ['POST', `${OUTBOX}/c/retry`],
    ['DELETE', `${OUTBOX}/c`],
  ])('knows no other: %s %s', async (method, path) => {
    const response = await api.ask(method, path);
    expect([response.status, (await bodyOf(response)).code]).toEqual([404, 'document_unknown']);
  });
});
