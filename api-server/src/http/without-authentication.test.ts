import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer } from './callers.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

describe('a server without authentication', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi({ actorGateways: [] });
  });
  afterAll(() => api.close());

  it('takes no name from anybody when it has no gateway', async () => {
    const refused = { status: 403, body: { code: 'forbidden' } };
    expect(await api.ask('GET', ITEMS, { headers: { 'x-actor': 'ann' } })).toMatchObject(refused);
    expect(api.repository.calls).toEqual([]);
  });

  it('ignores tokens', async () => {
    const { status, headers } = await api.ask('GET', ITEMS, { headers: bearer('anything') });
    expect(status).toBe(200);
    expect(api.repository.calls).toEqual([['list', { requestId: headers['x-request-id'] }]]);
  });
});
