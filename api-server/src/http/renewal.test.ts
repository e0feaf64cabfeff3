import { describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { bearer, keyOf, openCallers } from './callers.fixture.js';
import { startApi } from './running-api.fixture.js';

describe('a body that arrives slowly', () => {
  it.each([
    ['its key was withdrawn', {}, 401],
    ['its right was withdrawn', { shop: { models: { item: ['read'] } } }, 403],
    ['nothing was withdrawn', { shop: { models: { item: ['write'] } } }, 201],
  ] as const)('is answered by what its sender may do at its end: %s', async (_, changed, status) => {
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
    expect(api.repository.calls).toHaveLength(status === 201 ? 1 : 0);
    await api.close();
    await callers.remove();
  });
});
