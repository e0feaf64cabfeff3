import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bearer, jwtOf, keyOf, NOW, openCallers, type Callers } from './callers.fixture.js';
import { rateLimits, type RateLimitOptions, type RateLimits } from './rate-limits.js';
import type { Answer } from './requests.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

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

interface Request {
  readonly address?: string;
  readonly token?: string;
  readonly path?: string;
}

const ask = ({ address = '192.0.2.1', token, path = ITEMS }: Request = {}): Promise<Answer> =>
  api.ask('GET', path, { headers: { 'x-forwarded-for': address, ...(token && bearer(token)) } });

const statuses = async (times: number, request?: Request): Promise<unknown[]> => {
  const statuses = [];
  for (let sent = 0; sent < times; sent++) statuses.push((await ask(request)).status);
  return statuses;
};

const [shop, other, old] = [keyOf('shop'), keyOf('other'), keyOf('old')];
const elsewhere = '192.0.2.2';

const limited = {
  status: 429,
  headers: {
    'content-type': 'application/problem+json; charset=utf-8',
    'retry-after': expect.stringMatching(/^[1-9]\d?$/),
  },
  body: { code: 'rate_limited', status: 429 },
};

describe('requests of one principal', () => {
  beforeEach(() => start({ requestsPerMinute: 2 }));

  it('show how many are left', async () => {
    expect(await ask({ token: shop })).toMatchObject({
      status: 200,
      headers: {
        ratelimit: expect.stringMatching(/"requests"; r=1; t=\d+/),
        'ratelimit-policy': expect.stringContaining('q=2; w=60'),
      },
    });
  });

  it('are refused beyond the limit, from wherever they come', async () => {
    await ask({ token: shop });
    await ask({ address: elsewhere, token: shop });
    const refused = await ask({ address: '192.0.2.3', token: shop });
    expect(refused).toMatchObject(limited);
    expect(refused.headers.ratelimit).toContain('r=0');
    expect(api.repository.calls).toHaveLength(2);
  });

  it('leave the limit of other principals as it is', async () => {
    await statuses(3, { token: shop });
    expect(await statuses(2, { token: other })).toEqual([200, 200]);
  });

  it('are not counted when they ask for health', async () => {
    expect(await statuses(3, { token: shop, path: '/livez' })).toEqual([200, 200, 200]);
  });
});

describe('requests of one address without authentication', () => {
  it('are refused beyond the limit, also for pages', async () => {
    await start({ requestsPerMinute: 2 }, false);
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect(await ask({ path: '/docs' })).toMatchObject({ status: 429 });
  });

  it('leave the limit of other addresses as it is', async () => {
    await start({ requestsPerMinute: 2 }, false);
    await statuses(3);
    expect(await ask({ address: elsewhere })).toMatchObject({ status: 200 });
  });

  it('are those of one customer with IPv6', async () => {
    await start({ requestsPerMinute: 2 }, false);
    expect(await statuses(2, { address: '2001:db8::1' })).toEqual([200, 200]);
    expect(await ask({ address: '2001:db8::ffff:1' })).toMatchObject({ status: 429 });
  });

  it('are not counted where there is no limit', async () => {
    await start({}, false);
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('ratelimit');
  });
});

describe('requests that fail to sign in', () => {
  beforeEach(() => start({ requestsPerMinute: 3 }));

  it('are refused beyond the limit, whether a token is missing or has expired', async () => {
    expect(await statuses(2)).toEqual([401, 401]);
    expect(await statuses(2, { token: old })).toEqual([401, 429]);
    expect(await ask()).toMatchObject(limited);
    expect(await ask({ path: '/openapi.json' })).toMatchObject({ status: 429 });
  });

  it('close no other address', async () => {
    await statuses(4);
    expect(await ask({ address: elsewhere, token: shop })).toMatchObject({ status: 200 });
  });
});

describe('wrong keys beyond the limit', () => {
  const guess = (times: number): Promise<unknown[]> => statuses(times, { token: 'wrong-key' });

  it('are refused and logged with their address', async () => {
    await start({});
    expect(await guess(5)).toEqual([401, 401, 401, 429, 429]);
    expect(api.lines).toMatchObject([
      ...Array<object>(3).fill({ code: 'unauthorized', address: '192.0.2.1' }),
      ...Array<object>(2).fill({ code: 'rate_limited', address: '192.0.2.1' }),
    ]);
  });

  it('close their address for right keys', async () => {
    await start({});
    await guess(3);
    expect(await ask({ token: shop })).toMatchObject(limited);
    expect(await ask({ token: shop, path: '/openapi.json' })).toMatchObject({ status: 429 });
  });

  it('close no other address', async () => {
    await start({});
    await guess(3);
    expect(await ask({ address: elsewhere, token: shop })).toMatchObject({ status: 200 });
  });

  it('leave requests without a key as they are', async () => {
    await start({});
    await guess(3);
    expect(await statuses(2)).toEqual([401, 401]);
    expect(await statuses(2, { path: '/docs' })).toEqual([200, 200]);
  });

  it('are not those that were withdrawn', async () => {
    await start({});
    await callers?.change({ shop: { models: { item: ['read'] } } });
    expect(await statuses(5, { token: other })).toEqual([401, 401, 401, 401, 401]);
    expect(await ask({ token: shop })).toMatchObject({ status: 200 });
  });

  it.each([
    { what: 'missing', token: undefined },
    { what: 'an expired key', token: old },
    { what: 'an expired token', token: jwtOf({ exp: NOW / 1_000 - 60 }) },
  ])('are not those that are $what', async ({ token }) => {
    await start({ wrongKeysPerMinute: 1 });
    expect(await statuses(3, token === undefined ? {} : { token })).toEqual([401, 401, 401]);
    expect(await ask({ token: shop })).toMatchObject({ status: 200 });
  });

  it('may be one', async () => {
    await start({ wrongKeysPerMinute: 1 });
    expect(await guess(1)).toEqual([401]);
    expect(await ask({ token: shop })).toMatchObject({ status: 429 });
  });
});
