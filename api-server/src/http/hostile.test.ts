import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const ONE = `${ITEMS}/000000000000000000000001`;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const with_ = (name: string): string => `{"name":${name},"price":1}`;

describe('hostile input', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi();
    await api.repository.create({ name: 'Tea', price: 5 });
  });
  afterAll(() => api.close());
  afterEach(() => {
    expect([...api.repository.documents.values()]).toMatchObject([{ name: 'Tea', price: 5, revision: 1 }]);
  });

  /** A problem, whole, and nothing of the server's inside. */
  const expectProblem = async (response: Response, status: number, code: string): Promise<void> => {
    const text = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(JSON.parse(text)).toMatchObject({
      type: `urn:typed-queue:${code}`,
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
      instance: expect.stringMatching(/^\//),
      requestId: response.headers.get('x-request-id'),
    });
    expect(text).not.toMatch(/node_modules|\.ts\b|\bat .*:\d+:\d+/);
    expect(text.length).toBeLessThan(12_000);
  };

  it.each([
    ['an operator for a field', with_('{"$gt":""}'), 'document_invalid'],
    ['an operator as a field', '{"$set":{"price":0},"name":"x","price":1}', 'document_invalid'],
    ['an operator as the document', '{"$where":"sleep(1000)"}', 'document_invalid'],
    ['__proto__', '{"__proto__":{"admin":true},"name":"x","price":1}', 'body_invalid'],
    ['a __proto__ within', with_('{"a":[{"__proto__":1}]}'), 'body_invalid'],
    ['constructor', '{"constructor":{"prototype":{}},"name":"x","price":1}', 'document_invalid'],
    ['an unknown field', '{"name":"x","price":1,"role":"admin"}', 'document_invalid'],
    ['a field of the server', '{"name":"x","price":1,"revision":7}', 'document_invalid'],
    ['no object', '[]', 'document_invalid'],
    ['null', 'null', 'document_invalid'],
    ['a string', '"x"', 'document_invalid'],
    ['too deep an array', with_(nested(98)), 'document_invalid'],
    ['a deeper one', with_(nested(99)), 'body_invalid'],
    ['one that overflows stacks', with_(nested(200_000)), 'body_invalid'],
    ['U+0000', with_('"a\\u0000b"'), 'body_invalid'],
    ['half of a character', with_('"\\ud800"'), 'body_invalid'],
    ['U+0000 in a name', '{"a\\u0000":1}', 'body_invalid'],
    ['a number that is none', '{"name":"x","price":1e999}', 'document_invalid'],
    [
      'many wrong items',
      JSON.stringify({ name: 'x', price: 1, parts: Array<number>(50_000).fill(0) }),
      'document_invalid',
    ],
    ['broken JSON', '{"name":', 'body_invalid'],
    ['JSON of JavaScript', "{name:'x'}", 'body_invalid'],
    ['nothing', '', 'body_invalid'],
    [
      'many unknown fields',
      `{${Array.from({ length: 50_000 }, (_, n) => `"f${n}":1`).join(',')}}`,
      'document_invalid',
    ],
  ])('as a body: %s', async (_, body, code) => {
    const status = code === 'body_invalid' ? 400 : 422;
    await expectProblem(await api.ask('POST', ITEMS, body), status, code);
    await expectProblem(await api.ask('PUT', ONE, body, { 'if-match': '*' }), status, code);
    await expectProblem(await api.ask('PATCH', ONE, body, { 'if-match': '*' }), status, code);
  });

  it('as a body: bytes that are no UTF-8', async () => {
    const bytes = Buffer.from([...Buffer.from('{"name":"'), 0xff, ...Buffer.from('","price":1}')]);
    await expectProblem(await api.ask('POST', ITEMS, bytes), 400, 'body_invalid');
  });

  it('as a body: one byte more than the limit, and none more', async () => {
    const body = (bytes: number): string => {
      const text = with_('"x"');
      return text + ' '.repeat(bytes - text.length);
    };
    await expectProblem(await api.ask('POST', ITEMS, body(1024 * 1024 + 1)), 413, 'body_too_large');
    await expectProblem(
      await api.ask('POST', ITEMS, body(1024 * 1024).replace('"x"', '1.5')),
      422,
      'document_invalid',
    );
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/merge-patch+json',
    '',
  ])('as a body: the type "%s"', async (type) => {
    const response = await api.ask('POST', ITEMS, with_('"x"'), { 'content-type': type });
    await expectProblem(response, 415, 'media_type_unsupported');
  });

  it('as a body: compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    await expectProblem(await api.ask('POST', ITEMS, with_('"x"'), headers), 415, 'media_type_unsupported');
  });

  it.each([
    [`${ITEMS}/%zz`, 400, 'request_invalid'],
    [`${ITEMS}/%ff`, 400, 'request_invalid'],
    [`${ITEMS}/%00`, 404, 'document_unknown'],
    [`${ITEMS}/%7B%22$gt%22:%22%22%7D`, 404, 'document_unknown'],
    [`${ITEMS}/__proto__`, 404, 'document_unknown'],
    [`${ITEMS}/${'x'.repeat(5_000)}`, 404, 'document_unknown'],
    [`${ITEMS}/..%2f..%2fetc%2fpasswd`, 404, 'document_unknown'],
    [`${ONE}?fields=name`, 400, 'query_invalid'],
    [`${ITEMS}?name=%ff`, 400, 'query_invalid'],
    [`${ITEMS}?name=%`, 400, 'query_invalid'],
    [`${ONE}/parts`, 404, 'route_unknown'],
    ['/api/v1/secrets', 404, 'route_unknown'],
    ['/', 404, 'route_unknown'],
    ['/docs/..%2f..%2fpackage.json', 404, 'route_unknown'],
    ['/docs/package.json', 404, 'route_unknown'],
  ])('as a path: %s', async (path, status, code) => {
    await expectProblem(await api.ask('GET', path), status, code);
  });

  it.each([
    ['PUT', ITEMS, 'GET, HEAD, POST, PATCH, DELETE'],
    ['OPTIONS', ITEMS, 'GET, HEAD, POST, PATCH, DELETE'],
    ['GET', `${ITEMS}:batch`, 'POST'],
    ['POST', ONE, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['DELETE', '/readyz', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
  ])('as a method: %s %s', async (method, path, allowed) => {
    const response = await api.ask(method, path);
    expect(response.headers.get('allow')).toBe(allowed);
    await expectProblem(response, 405, 'method_unsupported');
    expect((await bodyOf(await api.ask(method, path))).detail).toContain(path);
  });

  it('as an actor', async () => {
    const response = await api.ask('GET', ITEMS, undefined, { 'x-actor': 'a b' });
    await expectProblem(response, 400, 'header_invalid');
  });
});
