import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startApi, type RunningApi } from './running-api.fixture.js';

const OUTBOX = '/admin/outbox';

describe('the administration of the outbox', () => {
  let api: RunningApi;
  const states = new Map<string, string>();
  beforeEach(async () => {
    states.clear();
    states.set('a', 'parked').set('b', 'parked');
    const change = (state: string) => async (id: string) =>
      states.get(id) === 'parked' && states.set(id, state).has(id);
    api = await startApi({
      outbox: {
        parked: async (limit) => [...states.keys()].slice(0, limit).map((id) => ({ id })),
        retry: change('waiting'),
        drop: change('dropped'),
      },
    });
  });
  afterEach(() => api.close());

  it('lists the parked events', async () => {
    const body = { parked: [{ id: 'a' }, { id: 'b' }] };
    expect(await api.ask('GET', OUTBOX)).toMatchObject({ status: 200, body });
  });

  it('publishes one again', async () => {
    expect(await api.ask('POST', `${OUTBOX}/a/retry`)).toMatchObject({ status: 202 });
    expect(Object.fromEntries(states)).toEqual({ a: 'waiting', b: 'parked' });
  });

  it('drops one', async () => {
    expect(await api.ask('DELETE', `${OUTBOX}/b`)).toMatchObject({ status: 204 });
    expect(Object.fromEntries(states)).toEqual({ a: 'parked', b: 'dropped' });
  });

  it.each([
    { method: 'POST', path: `${OUTBOX}/c/retry` },
    { method: 'DELETE', path: `${OUTBOX}/c` },
  ])('refuses an unknown event: $method $path', async ({ method, path }) => {
    const unknown = { status: 404, body: { code: 'document_unknown' } };
    expect(await api.ask(method, path)).toMatchObject(unknown);
  });
});
