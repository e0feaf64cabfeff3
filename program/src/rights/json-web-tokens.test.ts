import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JsonWebTokens } from './json-web-tokens.js';

const secret = 'c2VjcmV0IG9mIHRoZSBzaG9wLCAzMiBieXRlcw';
const now = Date.UTC(2027, 0, 1);
const seconds = now / 1_000;
const rights = { queues: { files: { publish: ['save'] } } };
const claims = {
  iss: 'https://login.example',
  aud: 'queue',
  sub: 'alice',
  exp: seconds + 60,
  typed_queue: rights,
};
const pinned = { audience: 'queue', issuer: 'https://login.example' };

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, payload: object): string => `${encoded(header)}.${encoded(payload)}`;
const signedBySecret = (payload: object, header: object = { alg: 'HS256' }, by: string = secret): string => {
  const text = unsigned(header, payload);
  return `${text}.${createHmac('sha256', by).update(text).digest('base64url')}`;
};

const shared = new JsonWebTokens({ key: { secret }, algorithms: ['HS256'], ...pinned }, () => now);

describe('a token that is signed by a shared secret', () => {
  it('is for its subject, with the rights of its claim, until it expires', async () => {
    expect(await shared.verify(signedBySecret(claims))).toEqual({
      kind: 'jwt',
      name: 'jwt:alice',
      expiresAt: now + 65_000,
      rights: {
        queues: {
          files: { publish: ['save'], consume: [], tail: false, admin: false, call: [], serve: [] },
        },
        models: {},
      },
    });
  });

  it('may be a few seconds over its time, and no more', async () => {
    expect(await shared.verify(signedBySecret({ ...claims, exp: seconds - 4 }))).toMatchObject({});
    await expect(shared.verify(signedBySecret({ ...claims, exp: seconds - 6 }))).rejects.toMatchObject({
      code: 'auth_expired',
      retryable: true,
    });
  });

  it.each<[string, string]>([
    ['signed by another secret', signedBySecret(claims, undefined, 'another secret of 32 bytes or more')],
    ['expired and signed by another', signedBySecret({ ...claims, exp: 1 }, undefined, 'another')],
    ['of algorithm none', `${unsigned({ alg: 'none' }, claims)}.`],
    ['of algorithm None, with a signature', signedBySecret(claims, { alg: 'None' })],
    ['of an algorithm that is not pinned', signedBySecret(claims, { alg: 'HS512' })],
    ['without an algorithm', signedBySecret(claims, {})],
    [
      'with an extension that must be understood',
      signedBySecret(claims, { alg: 'HS256', crit: ['b64'], b64: false }),
    ],
    ['for another audience', signedBySecret({ ...claims, aud: 'shop' })],
    ['of another issuer', signedBySecret({ ...claims, iss: 'https://evil.example' })],
    ['that never expires', signedBySecret({ ...claims, exp: undefined })],
    ['that expires at a text', signedBySecret({ ...claims, exp: 'never' })],
    ['of nobody', signedBySecret({ ...claims, sub: undefined })],
    ['of an empty subject', signedBySecret({ ...claims, sub: '' })],
    ['of a subject of spaces', signedBySecret({ ...claims, sub: '  \u00a0' })],
    ...[
      null,
      5,
      true,
      {},
      ['alice'],
      ' \n',
      'a\u0000',
      'a\u001b[31m',
      'a\u202e',
      '\ud800',
      'x'.repeat(201),
    ].map((sub): [string, string] => [
      `of the subject ${JSON.stringify(sub)}`,
      signedBySecret({ ...claims, sub }),
    ]),
    ['for later', signedBySecret({ ...claims, nbf: seconds + 60 })],
    ['without rights', signedBySecret({ ...claims, typed_queue: undefined })],
    [
      'with a misspelt right',
      signedBySecret({ ...claims, typed_queue: { queues: { files: { pubish: [] } } } }),
    ],
    ['of no JSON', 'YQ.YQ.YQ'],
  ])('is refused when it is one %s', async (_, token) => {
    await expect(shared.verify(token)).rejects.toMatchObject({ code: 'unauthorized', retryable: false });
  });

  it('is not repeated by its refusal', async () => {
    const token = signedBySecret({ ...claims, aud: 'shop', sub: 'somebody' });
    const refusal: unknown = await shared.verify(token).catch((error: unknown) => error);
    for (const part of [...token.split('.'), 'somebody', 'shop']) {
      expect(JSON.stringify(refusal)).not.toContain(part);
    }
  });
});

describe('a token that is signed by a key of a JWK set', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const http = createServer((_, response) => {
    fetches++;
    response.writeHead(status).end(JSON.stringify({ keys }));
  });
  let status = 200;
  let keys: object[] = [jwk];
  let fetches = 0;
  let time = now;
  let url: URL;

  const signedByKey = (payload: object, header: object = { alg: 'RS256', kid: 'one' }): string => {
    const text = unsigned(header, payload);
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const published = (): JsonWebTokens =>
    new JsonWebTokens({ key: { jwksUrl: url }, algorithms: ['RS256'], ...pinned }, () => time);

  beforeAll(async () => {
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    // Safe: a server that listens on a port has an address of this kind.
    url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`);
  });
  beforeEach(() => {
    [status, keys, fetches, time] = [200, [jwk], 0, now];
  });
  afterAll(async () => {
    http.close();
    http.closeAllConnections();
    await once(http, 'close');
  });

  it('is for its subject', async () => {
    expect(await published().verify(signedByKey(claims))).toMatchObject({ kind: 'jwt', name: 'jwt:alice' });
  });

  it.each<[string, () => string]>([
    ['has the public key for its secret', () => signedBySecret(claims, { alg: 'HS256', kid: 'one' }, pem)],
    ['has no signature', () => `${unsigned({ alg: 'none', kid: 'one' }, claims)}.`],
    ['names a key that is not published', () => signedByKey(claims, { alg: 'RS256', kid: 'two' })],
    ['brings its own key', () => signedByKey(claims, { alg: 'RS256', kid: 'two', jwk })],
    ['was changed', () => signedByKey(claims).replace(/\..*\./, `.${encoded({ ...claims, sub: 'root' })}.`)],
  ])('is refused when it %s', async (_, token) => {
    await expect(published().verify(token())).rejects.toMatchObject({ code: 'unauthorized' });
  });

  const unavailable = { code: 'auth_unavailable', retryable: true };
  const two = (): string => signedByKey(claims, { alg: 'RS256', kid: 'two' });

  it('is neither accepted nor refused while the set cannot be fetched', async () => {
    status = 503;
    const tokens = published();
    await expect(tokens.verify(signedByKey(claims))).rejects.toMatchObject(unavailable);
    await expect(tokens.verify(signedByKey(claims))).rejects.toMatchObject(unavailable);
    expect(fetches).toBe(1);
    status = 200;
    time += 5_000;
    expect(await tokens.verify(signedByKey(claims))).toMatchObject({ name: 'jwt:alice' });
  });

  it('is not refused for a key that the issuer added after the last fetch', async () => {
    const tokens = published();
    await tokens.verify(signedByKey(claims));
    keys = [jwk, { ...jwk, kid: 'two' }];
    await expect(tokens.verify(two())).rejects.toMatchObject(unavailable);
    time += 5_000;
    expect(await tokens.verify(two())).toMatchObject({ name: 'jwt:alice' });
  });

  it('of an unknown key causes one fetch per interval, and is refused by what that brings', async () => {
    const tokens = published();
    const codes: unknown[] = [];
    for (let second = 0; second < 10; second++) {
      await tokens.verify(two()).catch((error: unknown) => codes.push(Reflect.get(Object(error), 'code')));
      time += 1_000;
    }
    const waiting = Array<string>(4).fill('auth_unavailable');
    expect(codes).toEqual(['unauthorized', ...waiting, 'unauthorized', ...waiting]);
    expect(fetches).toBe(2);
  });

  it('is not refused by a fetch that began before it came', async () => {
    const tokens = published();
    const first = tokens.verify(signedByKey(claims));
    await new Promise(setImmediate);
    const outcomes = await Promise.allSettled([first, tokens.verify(two())]);
    expect(outcomes).toMatchObject([{ value: { name: 'jwt:alice' } }, { reason: unavailable }]);
  });

  it('is verified when the clock was set back', async () => {
    const tokens = published();
    await expect(tokens.verify(two())).rejects.toMatchObject({ code: 'unauthorized' });
    time -= 60_000;
    keys = [{ ...jwk, kid: 'two' }];
    expect(await tokens.verify(two())).toMatchObject({ name: 'jwt:alice' });
  });
});
