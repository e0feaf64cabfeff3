import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

describe('the API', () => {
  let api: RunningApi;
  afterEach(() => api.close());

  it('hides what failed and logs it', async () => {
    api = await startApi();
    api.repository.failure = new Error('secret: connection to 10.0.0.7');
    const response = await api.ask('GET', ITEMS);
    const text = await response.text();
    expect([response.status, response.headers.get('retry-after')]).toEqual([500, null]);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', requestId: 'request-1', instance: ITEMS });
    expect(text).not.toContain('secret');
    expect(api.lines).toMatchObject([
      {
        requestId: 'request-1',
        err: { message: 'secret: connection to 10.0.0.7', stack: expect.any(String) },
      },
      { requestId: 'request-1', code: 'internal', msg: `GET ${ITEMS} 500` },
    ]);
  });

  it.each([undefined, null, 'text', new ApiError('lease_lost', 'secret')])(
    'hides a failure: %p',
    async (failure) => {
      api = await startApi({
        readiness: async () => {
          // Safe for a test: that anything may be thrown is what is tested.
          throw failure as Error;
        },
      });
      const response = await api.ask('GET', '/readyz');
      const text = await response.text();
      expect([response.status, JSON.parse(text)]).toMatchObject([500, { code: 'internal' }]);
      expect(text).not.toContain('secret');
    },
  );

  it('says when to try again', async () => {
    api = await startApi();
    api.repository.failure = new ApiError('database_unavailable', 'The database does not answer.');
    const response = await api.ask('GET', ITEMS);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await bodyOf(response)).toMatchObject({
      code: 'database_unavailable',
      detail: 'The database does not answer.',
    });
  });

  it('logs an outage once, however many requests fail, and answers each', async () => {
    api = await startApi();
    api.repository.failure = new ApiError('database_unavailable', 'The database does not answer.');
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await api.ask('GET', ITEMS)).status);
    expect(statuses).toEqual([503, 503, 503]);
    expect(api.lines.filter(({ msg }) => msg === 'a request failed')).toMatchObject([
      { requestId: 'request-1' },
    ]);
  });

  it('carries the id of a request and its actor into answer, log and repository', async () => {
    api = await startApi();
    const headers = { 'x-request-id': 'trace:1/2', 'x-actor': 'ada@example.org' };
    const response = await api.ask('GET', ITEMS, undefined, headers);
    expect(response.headers.get('x-request-id')).toBe('trace:1/2');
    const context = { requestId: 'trace:1/2', actor: 'ada@example.org' };
    expect(api.repository.calls).toEqual([['list', context]]);
    expect(api.lines).toEqual([{ level: 30, ...context, ms: 0, msg: `GET ${ITEMS} 200` }]);
  });

  it.each(['', 'a b', 'x'.repeat(129), '\u00e4'])(
    'gives a new id to a request that calls itself "%s"',
    async (id) => {
      api = await startApi();
      const response = await api.ask('GET', ITEMS, undefined, { 'x-request-id': id });
      expect(response.headers.get('x-request-id')).toBe('request-1');
    },
  );

  it('is ready, or says why not', async () => {
    api = await startApi();
    api.health = { problems: [], details: { outbox: { depth: 3 } } };
    const ready = await api.ask('GET', '/readyz');
    expect([ready.status, await bodyOf(ready)]).toEqual([
      200,
      { status: 'ok', problems: [], outbox: { depth: 3 } },
    ]);
    api.health = { problems: [{ check: 'database', problem: 'away' }], details: {} };
    const response = await api.ask('GET', '/readyz');
    expect([response.status, await bodyOf(response)]).toEqual([
      503,
      { status: 'unavailable', problems: [{ check: 'database', problem: 'away' }] },
    ]);
    expect(await bodyOf(await api.ask('GET', '/livez'))).toEqual({ status: 'ok' });
  });

  it('lets browsers load nothing, and says nothing about what it is made of', async () => {
    api = await startApi();
    const { headers } = await api.ask('GET', ITEMS);
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('has no ETag but the revision of a document, and a page that asks no validator', async () => {
    api = await startApi();
    const answers = await Promise.all(['/livez', ITEMS, '/openapi.json'].map((path) => api.ask('GET', path)));
    expect(answers.map(({ headers }) => headers.get('etag'))).toEqual([null, null, null]);
    expect(await (await api.ask('GET', '/docs/initializer.js')).text()).toContain('validatorUrl: null');
  });

  it('lets pages of listed origins in, and no others', async () => {
    api = await startApi({ origins: ['https://shop.example'] });
    const allowed = async (origin: string): Promise<string | null> =>
      (await api.ask('GET', ITEMS, undefined, { origin })).headers.get('access-control-allow-origin');
    expect(await allowed('https://shop.example')).toBe('https://shop.example');
    expect(await allowed('https://evil.example')).toBeNull();
    const preflight = await api.ask('OPTIONS', `${ITEMS}/1`, undefined, {
      origin: 'https://shop.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('if-match');
  });
});
