import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from './requests.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const ONE = `${ITEMS}/000000000000000000000001`;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withName = (name: string): string => `{"name":${name},"price":1}`;

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

  /** A complete problem document with nothing of the server's inside. */
  const expectProblem = (answer: Answer, status: number, code: string): void => {
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
      body: {
        type: `urn:typed-queue:${code}`,
        status,
        code,
        title: expect.any(String),
        detail: expect.any(String),
        instance: expect.stringMatching(/^\//),
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(answer.text).not.toMatch(/node_modules|\.ts\b|\bat .*:\d+:\d+/);
    expect(answer.text.length).toBeLessThan(12_000);
  };

  it.each([
    ['an operator for a field', withName('{"$gt":""}'), 'document_invalid'],
    ['an operator as a field', '{"$set":{"price":0},"name":"x","price":1}', 'document_invalid'],
    ['an operator as the document', '{"$where":"sleep(1000)"}', 'document_invalid'],
    ['__proto__', '{"__proto__":{"admin":true},"name":"x","price":1}', 'body_invalid'],
    ['a __proto__ within', withName('{"a":[{"__proto__":1}]}'), 'body_invalid'],
    ['constructor', '{"constructor":{"prototype":{}},"name":"x","price":1}', 'document_invalid'],
    ['an unknown field', '{"name":"x","price":1,"role":"admin"}', 'document_invalid'],
    ['a field of the server', '{"name":"x","price":1,"revision":7}', 'document_invalid'],
    ['no object', '[]', 'document_invalid'],
    ['null', 'null', 'document_invalid'],
    ['a string', '"x"', 'document_invalid'],
    ['too deep an array', withName(nested(98)), 'document_invalid'],
    ['a deeper one', withName(nested(99)), 'body_invalid'],
    ['one that overflows stacks', withName(nested(200_000)), 'body_invalid'],
    ['U+0000', withName('"a\\u0000b"'), 'body_invalid'],
    ['half of a character', withName('"\\ud800"'), 'body_invalid'],
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
    expectProblem(await api.ask('POST', ITEMS, { body }), status, code);
    expectProblem(await api.ask('PUT', ONE, { body, headers: { 'if-match': '*' } }), status, code);
    expectProblem(await api.ask('PATCH', ONE, { body, headers: { 'if-match': '*' } }), status, code);
  });

  it('as a body: bytes that are no UTF-8', async () => {
    const bytes = Buffer.from([...Buffer.from('{"name":"'), 0xff, ...Buffer.from('","price":1}')]);
    expectProblem(await api.ask('POST', ITEMS, { body: bytes }), 400, 'body_invalid');
  });

  /** A body of a number of bytes, which is refused for its content when it is not for its size. */
  const bodyOf = (bytes: number): string => {
    const text = withName('1.5');
    return text + ' '.repeat(bytes - text.length);
  };

  it('as a body: one byte more than the limit', async () => {
    const answer = await api.ask('POST', ITEMS, { body: bodyOf(1024 * 1024 + 1) });
    expectProblem(answer, 413, 'body_too_large');
  });

  it('as a body: as large as the limit, which is read', async () => {
    const answer = await api.ask('POST', ITEMS, { body: bodyOf(1024 * 1024) });
    expectProblem(answer, 422, 'document_invalid');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/merge-patch+json',
    '',
  ])('as a body: the type "%s"', async (type) => {
    const sent = { body: withName('"x"'), headers: { 'content-type': type } };
    expectProblem(await api.ask('POST', ITEMS, sent), 415, 'media_type_unsupported');
  });

  it('as a body: compressed', async () => {
    const sent = { body: withName('"x"'), headers: { 'content-encoding': 'gzip' } };
    expectProblem(await api.ask('POST', ITEMS, sent), 415, 'media_type_unsupported');
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
    expectProblem(await api.ask('GET', path), status, code);
  });

  it.each([
    ['PUT', ITEMS, 'GET, HEAD, POST, PATCH, DELETE'],
    ['OPTIONS', ITEMS, 'GET, HEAD, POST, PATCH, DELETE'],
    ['GET', `${ITEMS}:batch`, 'POST'],
    ['POST', ONE, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['DELETE', '/readyz', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
  ])('as a method: %s %s', async (method, path, allowed) => {
    const answer = await api.ask(method, path);
    expectProblem(answer, 405, 'method_unsupported');
    expect(answer.headers.allow).toBe(allowed);
    expect(answer.body.detail).toContain(path);
  });

  it('as an actor', async () => {
    const answer = await api.ask('GET', ITEMS, { headers: { 'x-actor': 'a b' } });
    expectProblem(answer, 400, 'header_invalid');
  });
});
