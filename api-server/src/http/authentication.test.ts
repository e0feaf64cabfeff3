import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { bearer, jwtOf, keyOf, NOW, openCallers, TOKEN, type Callers } from './callers.fixture.js';
import { askRaw, type Answer } from './requests.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const ONE = `${ITEMS}/000000000000000000000001`;
const REALM = 'Bearer realm="typed-queue"';
const INVALID = `${REALM}, error="invalid_token"`;

describe('who asks', () => {
  let callers: Callers;
  let api: RunningApi;
  beforeAll(async () => {
    callers = await openCallers({
      shop: { models: { item: ['read', 'write'] } },
      reader: { models: { item: ['read'] } },
      gateway: { models: { item: ['read', 'write'] } },
      old: { models: { item: ['read'] }, expires: '2026-01-01' },
      stranger: { models: { invoice: ['read'] } },
    });
    api = await startApi({
      authenticator: callers.authenticator,
      actorGateways: ['key:gateway'],
      origins: ['https://shop.example'],
    });
    await api.repository.create({ name: 'Tea', price: 5 });
    api.repository.calls.splice(0);
  });
  afterAll(async () => {
    await api.close();
    await callers.remove();
  });
  afterEach(() => {
    api.repository.calls.splice(0);
    api.lines.splice(0);
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    api.ask('GET', path, { headers });

  const unauthorized = { code: 'unauthorized', challenge: INVALID };
  const expired = {
    code: 'auth_expired',
    challenge: `${INVALID}, error_description="The token has expired."`,
  };

  /** What no answer and no log line may have. */
  const secretIn = ({ authorization = '' }: { authorization?: string }): string =>
    /^Bearer (.{8,})/.exec(authorization)?.[1] ?? 'Bearer ';

  it.each<{ what: string; headers: Record<string, string>; code: string; challenge: string }>([
    { what: 'nothing', headers: {}, code: 'unauthorized', challenge: REALM },
    {
      what: 'another scheme',
      headers: { authorization: `Basic ${btoa(`shop:${keyOf('shop')}`)}` },
      ...unauthorized,
    },
    { what: 'a key without a scheme', headers: { authorization: keyOf('shop') }, ...unauthorized },
    { what: 'no key', headers: { authorization: 'Bearer ' }, ...unauthorized },
    {
      what: 'two keys in one header',
      headers: bearer(`${keyOf('shop')}, Bearer ${keyOf('reader')}`),
      ...unauthorized,
    },
    { what: 'a wrong key', headers: bearer(`${keyOf('shop')}x`), ...unauthorized },
    { what: 'the digest of a key', headers: bearer('5'.repeat(64)), ...unauthorized },
    { what: 'a token without a signature', headers: bearer(jwtOf({}, { alg: 'none' })), ...unauthorized },
    {
      what: 'a token without a signature, cut off',
      headers: bearer(jwtOf({}, { alg: 'none' }).replace(/[^.]+$/, '')),
      ...unauthorized,
    },
    { what: 'a token of another algorithm', headers: bearer(jwtOf({}, { alg: 'HS512' })), ...unauthorized },
    { what: 'a token for another audience', headers: bearer(jwtOf({ aud: 'bank' })), ...unauthorized },
    {
      what: 'a token of another issuer',
      headers: bearer(jwtOf({ iss: 'https://evil.example' })),
      ...unauthorized,
    },
    { what: 'a token without an end', headers: bearer(jwtOf({ exp: undefined })), ...unauthorized },
    {
      what: 'a token with wrong rights',
      headers: bearer(jwtOf({ typed_queue: { models: 'all' } })),
      ...unauthorized,
    },
    { what: 'an expired token', headers: bearer(jwtOf({ exp: NOW / 1_000 - 60 })), ...expired },
    { what: 'an expired key', headers: bearer(keyOf('old')), ...expired },
  ])('is refused who shows $what', async ({ headers, code, challenge }) => {
    for (const path of [ITEMS, '/api/v1/nothing', '/']) {
      const answer = await get(path, headers);
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': challenge },
        body: { code, status: 401 },
      });
      expect(answer.text).not.toContain(secretIn(headers));
    }
    expect(JSON.stringify(api.lines)).not.toContain(secretIn(headers));
    expect(api.repository.calls).toEqual([]);
  });

  it('is refused who shows two headers', async () => {
    const authorization = ['shop', 'reader'].map((name) => `Bearer ${keyOf(name)}`);
    const headers = { host: new URL(api.url).host, authorization };
    const refused = { status: 400, body: { code: 'header_invalid' } };
    expect(await askRaw(`${api.url}${ITEMS}`, { headers })).toMatchObject(refused);
    expect(api.repository.calls).toEqual([]);
  });

  describe('a key in the URL', () => {
    const key = keyOf('shop');

    it.each([
      { path: `${ITEMS}?access_token=${key}`, headers: {}, code: 'query_invalid' },
      { path: `/openapi.json?access_token=${key}`, headers: {}, code: 'query_invalid' },
      { path: `${ITEMS}?token=${key}`, headers: {}, code: 'unauthorized' },
      ...['access_token=', 'limit=1&api_key=', '%74oken=', 'auth=', 'bearer=', 'x?token=', ''].map(
        (name) => ({ path: `${ITEMS}?${name}${key}`, headers: bearer(key), code: 'query_invalid' }),
      ),
    ])('is refused with $code, and no log line has it: $path', async ({ path, headers, code }) => {
      expect(await get(path, headers)).toMatchObject({ body: { code } });
      expect(api.repository.calls).toEqual([]);
      expect(JSON.stringify(api.lines)).not.toContain(key);
    });

    it('is hidden in the log among the known parameters', async () => {
      await get(`${ITEMS}?limit=1&api_key=${key}`, bearer(key));
      expect(api.lines).toMatchObject([{ msg: `GET ${ITEMS}?limit&(hidden) 400` }]);
    });
  });

  it.each([
    { what: 'a token for everything', token: TOKEN, actor: 'token:1' },
    { what: 'a named key', token: keyOf('shop'), actor: 'key:shop' },
    { what: 'a JSON Web Token', token: jwtOf(), actor: 'jwt:ann' },
  ])('is known by $what, and is the actor of what it does', async ({ token, actor }) => {
    const { status, headers } = await get(ONE, bearer(token));
    expect(status).toBe(200);
    expect(api.repository.calls).toEqual([['read', { requestId: headers['x-request-id'], actor }]]);
    expect(api.lines).toMatchObject([{ principal: actor, actor, msg: `GET ${ONE} 200` }]);
  });

  describe('X-Actor', () => {
    it.each(
      ['shop', 'reader'].flatMap((name) => ['ann', 'key:shop', 'a b'].map((actor) => ({ name, actor }))),
    )('is forbidden to a caller that is no gateway: "$actor" by $name', async ({ name, actor }) => {
      const refused = { status: 403, body: { code: 'forbidden' } };
      expect(await get(ONE, { ...bearer(keyOf(name)), 'x-actor': actor })).toMatchObject(refused);
      expect(api.repository.calls).toEqual([]);
    });

    it('is the actor when it comes from a declared gateway', async () => {
      await get(ONE, { ...bearer(keyOf('gateway')), 'x-actor': 'ann@shop' });
      expect(api.repository.calls).toMatchObject([['read', { actor: 'ann@shop' }]]);
      expect(api.lines).toMatchObject([{ principal: 'key:gateway', actor: 'ann@shop' }]);
    });

    it('may be left out by a gateway, which is the actor then', async () => {
      await get(ONE, bearer(keyOf('gateway')));
      expect(api.repository.calls).toMatchObject([['read', { actor: 'key:gateway' }]]);
    });
  });

  describe.each(['x-http-method-override', 'x-http-method', 'x-method-override'])('%s', (header) => {
    it('does not turn a GET into a DELETE', async () => {
      const headers = { ...bearer(keyOf('reader')), [header]: 'DELETE', 'if-match': '*' };
      expect(await get(ONE, headers)).toMatchObject({ status: 200 });
      expect(api.repository.documents.size).toBe(1);
    });

    it.each([ITEMS, `${ITEMS}?_method=GET`])('does not turn a POST into a GET: %s', async (path) => {
      const sent = {
        body: { name: 'Mate', price: 1 },
        headers: { ...bearer(keyOf('reader')), [header]: 'GET' },
      };
      expect(await api.ask('POST', path, sent)).toMatchObject({ status: 403 });
      expect(api.repository.documents.size).toBe(1);
    });
  });

  describe('a model that a caller has no right to', () => {
    const headers = bearer(keyOf('stranger'));

    /** The answer, without what differs by the request. */
    const problemAt = async (method: string, path: string): Promise<unknown> => {
      const { status, headers: shown, body } = await api.ask(method, path, { headers });
      expect(body).toMatchObject({ requestId: expect.any(String), instance: path });
      const problem = JSON.stringify({ ...body, requestId: '', instance: '' }).replaceAll(path, '');
      return { status, headers: Object.keys(shown), problem };
    };

    it.each(
      ['GET', 'POST', 'PATCH', 'DELETE', 'PUT'].flatMap((method) =>
        ['', ':batch', '/1'].map((rest) => ({ method, rest })),
      ),
    )('is as unknown as one that does not exist: $method "$rest"', async ({ method, rest }) => {
      const there = await problemAt(method, `${ITEMS}${rest}`);
      expect(there).toEqual(await problemAt(method, `/api/v1/stuff${rest}`));
      expect(there).toMatchObject({ status: 404, problem: expect.stringContaining('route_unknown') });
      expect(api.repository.calls).toEqual([]);
    });

    it('is not described', async () => {
      expect(await described(headers)).toEqual(await described());
    });
  });

  /** The paths that are described to a client with this authorization. */
  const described = async (headers: Record<string, string> = {}): Promise<string[]> => {
    const { body } = await get('/openapi.json', headers);
    // Safe for a test: this is the structure that it expects.
    return Object.keys(body.paths as object);
  };

  it('is described no model without a token', async () => {
    expect(await described()).toEqual(['/livez', '/readyz', '/openapi.json']);
  });

  it('is described what it may use, and how to sign in', async () => {
    const { body } = await get('/openapi.json', bearer(keyOf('reader')));
    expect(body).toMatchObject({
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      paths: {
        [ITEMS]: { get: { security: [{ bearer: [] }], responses: { 401: {}, 403: {}, 429: {} } } },
        '/livez': { get: { responses: { 200: {} } } },
      },
    });
    expect(body).not.toHaveProperty(['paths', '/livez', 'get', 'security']);
  });

  it('is refused the description with a wrong token', async () => {
    expect(await get('/openapi.json', bearer('wrong'))).toMatchObject({ status: 401 });
  });

  it.each(['/livez', '/readyz', '/docs'])('may ask for %s without signing in', async (path) => {
    expect(await get(path)).toMatchObject({ status: 200 });
  });

  it('may be a page of a listed origin, whose browser asks first without a token', async () => {
    const headers = {
      origin: 'https://shop.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization',
    };
    expect(await api.ask('OPTIONS', ONE, { headers })).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-headers': 'authorization' },
    });
  });

  describe('by another Host', () => {
    const host = 'evil.example';

    it('learns nothing without a key, as a page has none', async () => {
      const refused = { status: 401, body: { code: 'unauthorized' } };
      expect(await askRaw(`${api.url}${ONE}`, { headers: { host } })).toMatchObject(refused);
    });

    it('may call the API with a key', async () => {
      const headers = { host, authorization: `Bearer ${keyOf('shop')}` };
      expect(await askRaw(`${api.url}${ONE}`, { headers })).toMatchObject({ status: 200 });
    });
  });

  it.each([
    { caller: 'shop', named: {} },
    { caller: 'gateway', named: {} },
    { caller: 'gateway', named: { 'x-actor': 'ann' } },
    { caller: 'gateway', named: { 'x-actor': 'bob' } },
  ])('has Idempotency-Keys of its own: $caller $named', async ({ caller, named }) => {
    const headers = { ...bearer(keyOf(caller)), 'idempotency-key': 'k-1', ...named };
    const sent = { body: { name: `of ${caller} ${JSON.stringify(named)}`, price: 1 }, headers };
    const first = await api.ask('POST', ITEMS, sent);
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    const again = await api.ask('POST', ITEMS, sent);
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
  });
});

it('a server that temporarily cannot verify tokens says when to try again', async () => {
  const failure = new ApiError('auth_unavailable', 'The keys of the issuer cannot be fetched.');
  const api = await startApi({
    authenticator: {
      isRequired: true,
      authenticate: () => Promise.reject(failure),
      renew: (principal) => principal,
    },
  });
  const answer = await api.ask('GET', ITEMS, { headers: bearer(jwtOf()) });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(answer.headers).not.toHaveProperty('www-authenticate');
  await api.close();
});
