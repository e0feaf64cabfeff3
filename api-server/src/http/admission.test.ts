import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { ApiOptions } from './app.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const ITEM = { name: 'Tea', price: 5 };

let api: RunningApi;
afterEach(() => api.close());

/** Sends a request with headers that `fetch` would not send; resolves with its status and code. */
const ask = async (
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body?: object,
): Promise<{ status: number | undefined; type: string | undefined; code: unknown }> => {
  const all = { ...(body && { 'content-type': 'application/json' }), connection: 'close', ...headers };
  const sent = request(`${api.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    setHost: false,
    headers: Object.entries(all).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => [name, value]),
    ),
  });
  sent.end(JSON.stringify(body));
  // Safe: that is what comes with `response`.
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  // Safe for a test: it looks at what it expects.
  const { code } = (await json(response)) as { code?: unknown };
  return { status: response.statusCode, type: response.headers['content-type'], code };
};

const start = async (options: Partial<ApiOptions> = {}): Promise<void> => {
  api = await startApi(options);
};
const port = (): string => new URL(api.url).port;
const host = (name: string): string => `${name}:${port()}`;

const problem = (status: number, code: string) => ({
  status,
  code,
  type: 'application/problem+json; charset=utf-8',
});

describe('the API', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])(
    'answers programs and its own page by the name %s',
    async (name) => {
      await start();
      expect(await ask(ITEMS, { host: host(name) })).toMatchObject({ status: 200 });
      const own = { host: host(name), origin: `http://${host(name)}` };
      expect(await ask(ITEMS, own, ITEM)).toMatchObject({ status: 201 });
    },
  );

  it('takes nothing from a page of another origin, and says so in its log', async () => {
    await start();
    for (const origin of [
      'http://evil.example',
      'null',
      'http://localhost:1',
      `https://${host('localhost')}`,
    ]) {
      const headers = { host: host('localhost'), origin };
      expect(await ask(ITEMS, headers, ITEM)).toEqual(problem(403, 'origin_refused'));
      expect(await ask(ITEMS, headers)).toEqual(problem(403, 'origin_refused'));
    }
    expect(api.repository.calls).toEqual([]);
    expect(api.lines[0]).toMatchObject({
      code: 'origin_refused',
      origin: 'http://evil.example',
      address: '127.0.0.1',
    });
  });

  it('answers to no name that leads to it but is not its own', async () => {
    await start();
    const headers = { host: host('evil.example'), origin: `http://${host('evil.example')}` };
    expect(await ask(ITEMS, headers, ITEM)).toEqual(problem(403, 'host_refused'));
    for (const path of [ITEMS, '/docs', '/openapi.json', '/nothing']) {
      expect(await ask(path, { host: host('evil.example') })).toEqual(problem(403, 'host_refused'));
    }
    expect(api.repository.calls).toEqual([]);
  });

  it('answers to names and pages that it is given', async () => {
    await start({ allowedHosts: ['api-server'], origins: ['https://shop.example'] });
    expect(await ask(ITEMS, { host: 'api-server', origin: 'https://shop.example' })).toMatchObject({
      status: 200,
    });
    expect(await ask(ITEMS, { host: 'api-server', origin: 'http://api-server' })).toMatchObject({
      status: 200,
    });
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['no Host', {}],
    ['two', { host: ['localhost', 'localhost'] }],
    ['one that is none', { host: 'a/b' }],
  ])('refuses a request with %s', async (_, headers) => {
    await start();
    expect(await ask(ITEMS, headers)).toEqual(problem(400, 'request_invalid'));
  });

  it('believes forwarded headers of a declared proxy only', async () => {
    const forwarded = { 'x-forwarded-host': 'api.example', 'x-forwarded-proto': 'https' };
    const origin = 'https://api.example';
    await start({ allowedHosts: ['api.example'] });
    const spoofed = { host: host('localhost'), ...forwarded, origin };
    expect(await ask(ITEMS, spoofed)).toEqual(problem(403, 'origin_refused'));
    expect(await ask(ITEMS, { host: 'evil.example', ...forwarded })).toEqual(problem(403, 'host_refused'));
    await api.close();
    await start({ allowedHosts: ['api.example'], trustedProxies: 1 });
    expect(await ask(ITEMS, { host: host('localhost'), ...forwarded, origin })).toMatchObject({
      status: 200,
    });
    expect(await ask(ITEMS, { host: 'evil.example', ...forwarded })).toEqual(problem(403, 'host_refused'));
  });

  it('answers health checks by any name and to any page', async () => {
    await start();
    for (const path of ['/livez', '/readyz?verbose']) {
      for (const headers of [{ host: 'evil.example', origin: 'http://evil.example' }, {}]) {
        expect(await ask(path, headers)).toMatchObject({ status: 200 });
      }
    }
  });
});
