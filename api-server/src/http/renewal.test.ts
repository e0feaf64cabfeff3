import { describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { bearer, keyOf, openCallers } from './callers.fixture.js';
import { startApi } from './running-api.fixture.js';

describe('a body that arrives slowly', () => {
  it.each([
    { event: 'its key was withdrawn', changed: {}, status: 401, calls: 0 },
    {
      event: 'its right was withdrawn',
      changed: { shop: { models: { item: ['read'] } } },
      status: 403,
      calls: 0,
    },
    {
      event: 'nothing was withdrawn',
      changed: { shop: { models: { item: ['write'] } } },
      status: 201,
      calls: 1,
    },
  ] as const)('is answered by the rights at its end: $event', async ({ changed, status, calls }) => {
    const callers = await openCallers({ shop: { models: { item: ['write'] } } });
    const { authenticator } = callers;
    const signIns = new EventEmitter();
    const api = await startApi({
      authenticator: {
        isRequired: true,
        authenticate: async (token) => {
          const principal = await authenticator.authenticate(token);
          signIns.emit('signed in');
          return principal;
        },
        renew: (principal) => authenticator.renew(principal),
      },
    });
    const headers = { ...bearer(keyOf('shop')), 'content-type': 'application/json' };
    const sent = request(`${api.url}/api/v1/items`, { method: 'POST', headers });
    const signedIn = once(signIns, 'signed in');
    sent.write('{"name":"Tea",');
    await signedIn;
    await callers.change(changed);
    sent.end('"price":5}');
    // Safe: that is what comes with `response`.
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
    expect(response.headers['www-authenticate']).toEqual(
      status === 401 ? expect.stringContaining('invalid_token') : undefined,
    );
    expect(api.repository.calls).toHaveLength(calls);
    await api.close();
    await callers.remove();
  });
});
