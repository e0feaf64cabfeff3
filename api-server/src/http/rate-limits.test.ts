import { afterEach, describe, expect, it } from '@jest/globals';
import { bearer, jwtOf, keyOf, NOW, openCallers, type Callers } from './callers.fixture.js';
import { rateLimits, type RateLimitOptions, type RateLimits } from './rate-limits.js';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

let callers: Callers | undefined;
let api: RunningApi;
let limits: RateLimits;
afterEach(async () => {
  await api.close();
  limits.close();
  await callers?.remove();
  callers = undefined;
});

/** An API with one trusted proxy, so that a header gives the address of a request. */
const start = async (options: Partial<RateLimitOptions>, signIn = true): Promise<void> => {
  limits = rateLimits({ requestsPerMinute: undefined, wrongKeysPerMinute: 3, trustedProxies: 1, ...options });
  if (signIn) {
    const models = { item: ['read'] } as const;
    callers = await openCallers({
      shop: { models },
      other: { models },
      old: { models, expires: '2026-01-01' },
    });
  }
  api = await startApi({
    limits,
    trustedProxies: 1,
    ...(callers && { authenticator: callers.authenticator }),
  });
};

const ask = (address: string, headers: Record<string, string> = {}, path = ITEMS): Promise<Response> =>
  api.ask('GET', path, undefined, { 'x-forwarded-for': address, ...headers });

const statuses = async (times: number, ...request: Parameters<typeof ask>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let sent = 0; sent < times; sent++) statuses.push((await ask(...request)).status);
  return statuses;
};

describe('requests beyond the limit', () => {
  it('of one principal are refused, from wherever they come, and no other principal feels it', async () => {
    await start({ requestsPerMinute: 2 });
    const shop = bearer(keyOf('shop'));
    const first = await ask('192.0.2.1', shop);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringMatching(/"requests"; r=1; t=\d+/),
    ]);
    expect(first.headers.get('ratelimit-policy')).toContain('q=2; w=60');
    expect((await ask('192.0.2.2', shop)).status).toBe(200);
    const refused = await ask('192.0.2.3', shop);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      429,
      'application/problem+json; charset=utf-8',
    ]);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect(refused.headers.get('ratelimit')).toContain('r=0');
    expect(await bodyOf(refused)).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(await statuses(2, '192.0.2.1', bearer(keyOf('other')))).toEqual([200, 200]);
    expect(await statuses(3, '192.0.2.1', shop, '/livez')).toEqual([200, 200, 200]);
    expect(api.repository.calls).toHaveLength(4);
  });

  it('of one address are refused without authentication, also for pages', async () => {
    await start({ requestsPerMinute: 2 }, false);
    expect(await statuses(3, '192.0.2.1')).toEqual([200, 200, 429]);
    expect((await ask('192.0.2.1', {}, '/docs')).status).toBe(429);
    expect((await ask('192.0.2.2')).status).toBe(200);
    expect(await statuses(2, '2001:db8::1')).toEqual([200, 200]);
    // The same customer.
    expect((await ask('2001:db8::ffff:1')).status).toBe(429);
  });

  it('of one address are refused when they fail to sign in, before anybody looks at their token', async () => {
    await start({ requestsPerMinute: 3 });
    const old = bearer(keyOf('old'));
    expect(await statuses(2, '192.0.2.1')).toEqual([401, 401]);
    expect(await statuses(2, '192.0.2.1', old)).toEqual([401, 429]);
    expect((await ask('192.0.2.1', {}, '/openapi.json')).status).toBe(429);
    const refused = await ask('192.0.2.1');
    expect([refused.status, await bodyOf(refused)]).toMatchObject([429, { code: 'rate_limited' }]);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect((await ask('192.0.2.2', bearer(keyOf('shop')))).status).toBe(200);
  });

  it('are none where there is no limit', async () => {
    await start({}, false);
    const response = await ask('192.0.2.1');
    expect([response.status, response.headers.get('ratelimit')]).toEqual([200, null]);
  });
});

describe('wrong keys beyond the limit', () => {
  it('close the address for all keys, and no other address', async () => {
    await start({});
    const guess = (address: string, number: number) => statuses(number, address, bearer('wrong-key'));
    expect(await guess('192.0.2.1', 5)).toEqual([401, 401, 401, 429, 429]);
    expect(api.lines).toMatchObject([
      ...Array<object>(3).fill({ code: 'unauthorized', address: '192.0.2.1' }),
      ...Array<object>(2).fill({ code: 'rate_limited', address: '192.0.2.1' }),
    ]);
    const shop = bearer(keyOf('shop'));
    const refused = await ask('192.0.2.1', shop);
    expect([refused.status, await bodyOf(refused)]).toMatchObject([429, { code: 'rate_limited' }]);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect((await ask('192.0.2.1', shop, '/openapi.json')).status).toBe(429);
    expect((await ask('192.0.2.2', shop)).status).toBe(200);
    expect(await statuses(2, '192.0.2.1')).toEqual([401, 401]);
    expect(await statuses(2, '192.0.2.1', {}, '/docs')).toEqual([200, 200]);
  });

  it('are not those that were withdrawn', async () => {
    await start({});
    await callers?.change({ shop: { models: { item: ['read'] } } });
    expect(await statuses(5, '192.0.2.1', bearer(keyOf('other')))).toEqual([401, 401, 401, 401, 401]);
    expect((await ask('192.0.2.1', bearer(keyOf('shop')))).status).toBe(200);
  });

  it('are neither missing ones nor expired ones', async () => {
    await start({ wrongKeysPerMinute: 1 });
    expect(await statuses(3, '192.0.2.1')).toEqual([401, 401, 401]);
    expect(await statuses(3, '192.0.2.1', bearer(keyOf('old')))).toEqual([401, 401, 401]);
    expect(await statuses(3, '192.0.2.1', bearer(jwtOf({ exp: NOW / 1_000 - 60 })))).toEqual([401, 401, 401]);
    expect((await ask('192.0.2.1', bearer(keyOf('shop')))).status).toBe(200);
    expect((await ask('192.0.2.1', bearer('wrong-key'))).status).toBe(401);
    expect((await ask('192.0.2.1', bearer(keyOf('shop')))).status).toBe(429);
  });
});
