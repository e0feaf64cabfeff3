import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { askRaw, bearer, jwtOf, keyOf, NOW, openCallers, TOKEN, type Callers } from './callers.fixture.js';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

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

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    api.ask('GET', path, undefined, headers);

  it.each<[string, Record<string, string>, string, string]>([
    ['nothing', {}, 'unauthorized', REALM],
    ['another scheme', { authorization: `Basic ${btoa(`shop:${keyOf('shop')}`)}` }, 'unauthorized', INVALID],
    ['a key without a scheme', { authorization: keyOf('shop') }, 'unauthorized', INVALID],
    ['no key', { authorization: 'Bearer ' }, 'unauthorized', INVALID],
    [
      'two keys in one header',
      bearer(`${keyOf('shop')}, Bearer ${keyOf('reader')}`),
      'unauthorized',
      INVALID,
    ],
    ['a wrong key', bearer(`${keyOf('shop')}x`), 'unauthorized', INVALID],
    ['the digest of a key', bearer('5'.repeat(64)), 'unauthorized', INVALID],
    ['a token without a signature', bearer(jwtOf({}, { alg: 'none' })), 'unauthorized', INVALID],
    [
      'a token without a signature, cut off',
      bearer(jwtOf({}, { alg: 'none' }).replace(/[^.]+$/, '')),
      'unauthorized',
      INVALID,
    ],
    ['a token of another algorithm', bearer(jwtOf({}, { alg: 'HS512' })), 'unauthorized', INVALID],
    ['a token for another audience', bearer(jwtOf({ aud: 'bank' })), 'unauthorized', INVALID],
    ['a token of another issuer', bearer(jwtOf({ iss: 'https://evil.example' })), 'unauthorized', INVALID],
    ['a token without an end', bearer(jwtOf({ exp: undefined })), 'unauthorized', INVALID],
    ['a token with wrong rights', bearer(jwtOf({ typed_queue: { models: 'all' } })), 'unauthorized', INVALID],
    [
      'an expired token',
      bearer(jwtOf({ exp: NOW / 1_000 - 60 })),
      'auth_expired',
      `${INVALID}, error_description="The token has expired."`,
    ],
    [
      'an expired key',
      bearer(keyOf('old')),
      'auth_expired',
      `${INVALID}, error_description="The token has expired."`,
    ],
  ])('is refused who shows %s', async (_, headers, code, challenge) => {
    for (const path of [ITEMS, '/api/v1/nothing', '/']) {
      const response = await get(path, headers);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, challenge]);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ code, status: 401 });
      const [, shown = 'Bearer '] = /^Bearer (.{8,})/.exec(headers.authorization ?? '') ?? [];
      expect(text + JSON.stringify(api.lines)).not.toContain(shown);
    }
    expect(api.repository.calls).toEqual([]);
  });

  it('is refused who shows two headers', async () => {
    const lines = ['shop', 'reader'].map((name) => ['Authorization', `Bearer ${keyOf(name)}`] as const);
    expect(await askRaw(`${api.url}${ITEMS}`, 'GET', lines)).toEqual({ status: 400, code: 'header_invalid' });
    expect(api.repository.calls).toEqual([]);
  });

  it('is refused who shows a key in the URL, which no log line keeps', async () => {
    const [key, shown] = [keyOf('shop'), bearer(keyOf('shop'))];
    for (const [path, headers, code] of [
      [`${ITEMS}?access_token=${key}`, {}, 'query_invalid'],
      [`${ITEMS}?access_token=${key}`, shown, 'query_invalid'],
      [`/openapi.json?access_token=${key}`, {}, 'query_invalid'],
      [`${ITEMS}?token=${key}`, {}, 'unauthorized'],
      [`${ITEMS}?limit=1&api_key=${key}`, shown, 'query_invalid'],
      ...['%74oken=', 'auth=', 'bearer=', 'x?token=', ''].map(
        (name) => [`${ITEMS}?${name}${key}`, shown, 'query_invalid'] as const,
      ),
    ] as const) {
      expect([path, await bodyOf(await get(path, headers))]).toMatchObject([path, { code }]);
    }
    expect(api.repository.calls).toEqual([]);
    expect(JSON.stringify(api.lines)).not.toContain(key);
    expect(api.lines[4]).toMatchObject({ msg: `GET ${ITEMS}?limit&(hidden) 400` });
  });

  it.each([
    ['a token for everything', TOKEN, 'token:1'],
    ['a named key', keyOf('shop'), 'key:shop'],
    ['a JSON Web Token', jwtOf(), 'jwt:ann'],
  ])('is known by %s, and is the actor of what it does', async (_, token, actor) => {
    const response = await get(ONE, bearer(token));
    expect(response.status).toBe(200);
    const requestId = response.headers.get('x-request-id');
    expect(api.repository.calls).toEqual([['read', { requestId, actor }]]);
    expect(api.lines).toMatchObject([{ principal: actor, actor, msg: `GET ${ONE} 200` }]);
  });

  it('speaks for others as a declared gateway, and else is refused', async () => {
    for (const name of ['shop', 'reader']) {
      for (const actor of ['ann', 'key:shop', 'a b']) {
        const response = await get(ONE, { ...bearer(keyOf(name)), 'x-actor': actor });
        expect([response.status, await bodyOf(response)]).toMatchObject([403, { code: 'forbidden' }]);
      }
    }
    expect(api.repository.calls).toEqual([]);
    await get(ONE, { ...bearer(keyOf('gateway')), 'x-actor': 'ann@shop' });
    await get(ONE, bearer(keyOf('gateway')));
    expect(api.repository.calls).toMatchObject([
      ['read', { actor: 'ann@shop' }],
      ['read', { actor: 'key:gateway' }],
    ]);
    expect(api.lines.at(-2)).toMatchObject({ principal: 'key:gateway', actor: 'ann@shop' });
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'cannot turn a method into another by %s',
    async (header) => {
      const headers = { ...bearer(keyOf('reader')), [header]: 'DELETE', 'if-match': '*' };
      expect((await get(ONE, headers)).status).toBe(200);
      const asGet = { ...bearer(keyOf('reader')), [header]: 'GET' };
      expect((await api.ask('POST', ITEMS, { name: 'Mate', price: 1 }, asGet)).status).toBe(403);
      expect((await api.ask('POST', `${ITEMS}?_method=GET`, { name: 'Mate', price: 1 }, asGet)).status).toBe(
        403,
      );
      expect([...api.repository.documents.values()]).toMatchObject([{ name: 'Tea' }]);
    },
  );

  it('learns nothing of a model that it has no right to', async () => {
    for (const method of ['GET', 'POST', 'PATCH', 'DELETE', 'PUT']) {
      for (const rest of ['', ':batch', '/1']) {
        const [there, nowhere] = await Promise.all(
          [`${ITEMS}${rest}`, `/api/v1/stuff${rest}`].map(async (path) => {
            const response = await api.ask(method, path, undefined, bearer(keyOf('stranger')));
            const { requestId, instance, ...problem } = await bodyOf(response);
            expect([typeof requestId, instance]).toEqual(['string', path]);
            const headers = [...response.headers.keys()];
            return { headers, text: JSON.stringify(problem).replaceAll(path, '') };
          }),
        );
        expect(there).toEqual(nowhere);
        expect(there?.text).toContain('route_unknown');
      }
    }
    expect(await described(bearer(keyOf('stranger')))).toEqual(await described());
    expect(api.repository.calls).toEqual([]);
  });

  /** The paths that are described to a client with this authorization. */
  const described = async (headers: Record<string, string> = {}): Promise<string[]> => {
    const { paths } = await bodyOf(await get('/openapi.json', headers));
    // Safe for a test: this is the structure that it expects.
    return Object.keys(paths as object);
  };

  it('is described what it may see, and how to sign in', async () => {
    expect(await described()).toEqual(['/livez', '/readyz', '/openapi.json']);
    expect(await described(bearer(keyOf('reader')))).toContain(ITEMS);
    const document = await bodyOf(await get('/openapi.json', bearer(keyOf('reader'))));
    expect(document).toMatchObject({
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      paths: {
        [ITEMS]: {
          get: { security: [{ bearer: [] }], responses: { 401: {}, 403: {}, 429: {} } },
        },
        '/livez': { get: { responses: { 200: {} } } },
      },
    });
    expect(document).not.toHaveProperty(['paths', '/livez', 'get', 'security']);
    expect((await get('/openapi.json', bearer('wrong'))).status).toBe(401);
  });

  it('may ask for health and the page without signing in', async () => {
    const answers = await Promise.all(['/livez', '/readyz', '/docs'].map((path) => get(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('may be a page of a listed origin, whose browser asks first without a token', async () => {
    const preflight = await api.ask('OPTIONS', ONE, undefined, {
      origin: 'https://shop.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization',
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization',
    ]);
  });

  it('may call the API by any name, since a page that does not know a key learns nothing', async () => {
    const host = ['Host', 'evil.example'] as const;
    const shop = ['Authorization', `Bearer ${keyOf('shop')}`] as const;
    expect(await askRaw(`${api.url}${ONE}`, 'GET', [host])).toEqual({ status: 401, code: 'unauthorized' });
    expect(await askRaw(`${api.url}${ONE}`, 'GET', [host, shop])).toMatchObject({ status: 200 });
  });

  it('has Idempotency-Keys of its own, and of each whom it speaks for', async () => {
    const create = async (caller: string, actor?: string): Promise<unknown> => {
      const headers = { ...bearer(keyOf(caller)), 'idempotency-key': 'k-1' };
      const named = actor === undefined ? headers : { ...headers, 'x-actor': actor };
      const response = await api.ask('POST', ITEMS, { name: `of ${caller} ${actor}`, price: 1 }, named);
      return [response.status, response.headers.get('idempotent-replayed')];
    };
    for (const [caller, actor] of [['shop'], ['gateway'], ['gateway', 'ann'], ['gateway', 'bob']] as const) {
      expect([caller, actor, await create(caller, actor)]).toEqual([caller, actor, [201, null]]);
      expect([caller, actor, await create(caller, actor)]).toEqual([caller, actor, [201, 'true']]);
    }
  });
});

describe('a server without authentication', () => {
  it('takes no name from anybody when it has no gateway', async () => {
    const api = await startApi({ actorGateways: [] });
    const named = await api.ask('GET', ITEMS, undefined, { 'x-actor': 'ann' });
    expect([named.status, await bodyOf(named)]).toMatchObject([403, { code: 'forbidden' }]);
    expect((await api.ask('GET', ITEMS, undefined, bearer('anything'))).status).toBe(200);
    expect(api.repository.calls).toEqual([['list', { requestId: 'request-2' }]]);
    await api.close();
  });
});

describe('a server that cannot verify tokens for the moment', () => {
  it('says when to try again', async () => {
    const failure = new ApiError('auth_unavailable', 'The keys of the issuer cannot be fetched.');
    const api = await startApi({
      authenticator: {
        isRequired: true,
        authenticate: async () => {
          throw failure;
        },
        renew: (principal) => principal,
      },
    });
    const response = await api.ask('GET', ITEMS, undefined, bearer(jwtOf()));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(response.headers.get('www-authenticate')).toBeNull();
    await api.close();
  });
});
