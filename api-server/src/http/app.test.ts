import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const unavailable = new ApiError('database_unavailable', 'The database does not answer.');

let api: RunningApi;
afterEach(() => api.close());

describe('an internal failure', () => {
  const secret = 'secret: connection to 10.0.0.7';

  it('is answered without its message', async () => {
    api = await startApi();
    api.repository.failure = new Error(secret);
    const answer = await api.ask('GET', ITEMS);
    const body = { code: 'internal', requestId: 'request-1', instance: ITEMS };
    expect(answer).toMatchObject({ status: 500, body });
    expect(answer.text).not.toContain('secret');
    expect(answer.headers).not.toHaveProperty('retry-after');
  });

  it('is logged with its message and stack', async () => {
    api = await startApi();
    api.repository.failure = new Error(secret);
    await api.ask('GET', ITEMS);
    expect(api.lines).toMatchObject([
      { requestId: 'request-1', err: { message: secret, stack: expect.any(String) } },
      { requestId: 'request-1', code: 'internal', msg: `GET ${ITEMS} 500` },
    ]);
  });

  it.each([undefined, null, 'text', new ApiError('lease_lost', 'secret')])(
    'may be anything that is thrown: %p',
    async (failure) => {
      api = await startApi({
        readiness: async () => {
          // Safe for a test: that anything may be thrown is what is tested.
          throw failure as Error;
        },
      });
      const answer = await api.ask('GET', '/readyz');
      expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
      expect(answer.text).not.toContain('secret');
    },
  );
});

describe('an outage of the database', () => {
  it('is answered with when to try again', async () => {
    api = await startApi();
    api.repository.failure = unavailable;
    expect(await api.ask('GET', ITEMS)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { code: unavailable.code, detail: unavailable.message },
    });
  });

  it('is logged once, however many requests fail, and each is answered', async () => {
    api = await startApi();
    api.repository.failure = unavailable;
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await api.ask('GET', ITEMS)).status);
    expect(statuses).toEqual([503, 503, 503]);
    const failures = api.lines.filter(({ msg }) => msg === 'a request failed');
    expect(failures).toMatchObject([{ requestId: 'request-1' }]);
  });
});

describe('the id and the actor of a request', () => {
  const context = { requestId: 'trace:1/2', actor: 'ada@example.org' };
  const headers = { 'x-request-id': context.requestId, 'x-actor': context.actor };

  it('reach the repository', async () => {
    api = await startApi();
    await api.ask('GET', ITEMS, { headers });
    expect(api.repository.calls).toEqual([['list', context]]);
  });

  it('are in the log', async () => {
    api = await startApi();
    await api.ask('GET', ITEMS, { headers });
    expect(api.lines).toEqual([{ level: 30, ...context, ms: 0, msg: `GET ${ITEMS} 200` }]);
  });

  it('are in the answer, as far as it is the id', async () => {
    api = await startApi();
    const answer = await api.ask('GET', ITEMS, { headers });
    expect(answer.headers['x-request-id']).toBe(context.requestId);
  });

  it.each(['', 'a b', 'x'.repeat(129), '\u00e4'])('are replaced by a new id when it is "%s"', async (id) => {
    api = await startApi();
    const answer = await api.ask('GET', ITEMS, { headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id']).toBe('request-1');
  });
});

describe('health', () => {
  const problems = [{ check: 'database', problem: 'away' }];

  it('is 200 with details when the API is ready', async () => {
    api = await startApi();
    api.health = { problems: [], details: { outbox: { depth: 3 } } };
    const { status, body } = await api.ask('GET', '/readyz');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', problems: [], outbox: { depth: 3 } });
  });

  it('is 503 with the problems when it is not', async () => {
    api = await startApi();
    api.health = { problems, details: {} };
    const { status, body } = await api.ask('GET', '/readyz');
    expect(status).toBe(503);
    expect(body).toEqual({ status: 'unavailable', problems });
  });

  it('is alive also when it is not ready', async () => {
    api = await startApi();
    api.health = { problems, details: {} };
    expect((await api.ask('GET', '/livez')).body).toEqual({ status: 'ok' });
  });
});

describe('the headers of an answer', () => {
  it('let browsers load nothing', async () => {
    api = await startApi();
    expect((await api.ask('GET', ITEMS)).headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  it('do not name the framework', async () => {
    api = await startApi();
    expect((await api.ask('GET', ITEMS)).headers).not.toHaveProperty('x-powered-by');
  });

  it.each(['/livez', ITEMS, '/openapi.json'])('have no ETag for what has no revision: %s', async (path) => {
    api = await startApi();
    expect((await api.ask('GET', path)).headers).not.toHaveProperty('etag');
  });
});

it('the page of the API asks no validator', async () => {
  api = await startApi();
  expect((await api.ask('GET', '/docs/initializer.js')).text).toContain('validatorUrl: null');
});

describe('a page of another origin', () => {
  const shop = 'https://shop.example';

  it.each([
    { origin: shop, allowed: shop },
    { origin: 'https://evil.example', allowed: undefined },
  ])('may read answers only when it is listed: $origin', async ({ origin, allowed }) => {
    api = await startApi({ origins: [shop] });
    const { headers } = await api.ask('GET', ITEMS, { headers: { origin } });
    expect(headers['access-control-allow-origin']).toBe(allowed);
  });

  it('may patch when it is listed', async () => {
    api = await startApi({ origins: [shop] });
    const headers = {
      origin: shop,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match',
    };
    expect(await api.ask('OPTIONS', `${ITEMS}/1`, { headers })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-methods': expect.stringContaining('PATCH'),
        'access-control-allow-headers': 'if-match',
      },
    });
  });
});
