import { afterEach, describe, expect, it } from '@jest/globals';
import type { ApiOptions } from './app.js';
import { askRaw, type Answer, type RawSent } from './requests.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';
const ITEM = { name: 'Tea', price: 5 };

let api: RunningApi;
afterEach(() => api.close());

const ask = (path: string, headers: RawSent['headers'], body?: object): Promise<Answer> =>
  askRaw(`${api.url}${path}`, { headers, ...(body && { body }) });

const start = async (options: Partial<ApiOptions> = {}): Promise<void> => {
  api = await startApi(options);
};
const port = (): string => new URL(api.url).port;
const host = (name: string): string => `${name}:${port()}`;

const problem = (status: number, code: string) => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  body: { code },
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

  it.each(['http://evil.example', 'null', 'http://localhost:1', 'https://localhost'])(
    'takes nothing from a page of another origin: %s',
    async (origin) => {
      await start();
      const ownPort = origin === 'https://localhost' ? `:${port()}` : '';
      const headers = { host: host('localhost'), origin: `${origin}${ownPort}` };
      expect(await ask(ITEMS, headers, ITEM)).toMatchObject(problem(403, 'origin_refused'));
      expect(await ask(ITEMS, headers)).toMatchObject(problem(403, 'origin_refused'));
      expect(api.repository.calls).toEqual([]);
    },
  );

  it('logs the origin and the address of a refused page', async () => {
    await start();
    const origin = 'http://evil.example';
    await ask(ITEMS, { host: host('localhost'), origin });
    expect(api.lines[0]).toMatchObject({ code: 'origin_refused', origin, address: '127.0.0.1' });
  });

  it.each([ITEMS, '/docs', '/openapi.json', '/nothing'])(
    'answers to no name that leads to it but is not its own: %s',
    async (path) => {
      await start();
      expect(await ask(path, { host: host('evil.example') })).toMatchObject(problem(403, 'host_refused'));
      expect(api.repository.calls).toEqual([]);
    },
  );

  it('takes nothing from a page whose name leads to it but is not its own', async () => {
    await start();
    const headers = { host: host('evil.example'), origin: `http://${host('evil.example')}` };
    expect(await ask(ITEMS, headers, ITEM)).toMatchObject(problem(403, 'host_refused'));
    expect(api.repository.calls).toEqual([]);
  });

  it.each(['https://shop.example', 'http://api-server'])(
    'answers to the names and pages that it is given: %s',
    async (origin) => {
      await start({ allowedHosts: ['api-server'], origins: ['https://shop.example'] });
      expect(await ask(ITEMS, { host: 'api-server', origin })).toMatchObject({ status: 200 });
    },
  );

  it.each<{ what: string; headers: RawSent['headers'] }>([
    { what: 'no Host', headers: {} },
    { what: 'two', headers: { host: ['localhost', 'localhost'] } },
    { what: 'one that is none', headers: { host: 'a/b' } },
  ])('refuses a request with $what', async ({ headers }) => {
    await start();
    expect(await ask(ITEMS, headers)).toMatchObject(problem(400, 'request_invalid'));
  });

  describe('with forwarded headers', () => {
    const forwarded = { 'x-forwarded-host': 'api.example', 'x-forwarded-proto': 'https' };
    const allowedHosts = ['api.example'];
    const origin = 'https://api.example';

    it('ignores those of an undeclared proxy', async () => {
      await start({ allowedHosts });
      const spoofed = { host: host('localhost'), ...forwarded, origin };
      expect(await ask(ITEMS, spoofed)).toMatchObject(problem(403, 'origin_refused'));
    });

    it('believes those of a declared proxy', async () => {
      await start({ allowedHosts, trustedProxies: 1 });
      const headers = { host: host('localhost'), ...forwarded, origin };
      expect(await ask(ITEMS, headers)).toMatchObject({ status: 200 });
    });

    it.each([0, 1])('refuses a wrong Host with %d declared proxies', async (trustedProxies) => {
      await start({ allowedHosts, trustedProxies });
      const headers = { host: 'evil.example', ...forwarded };
      expect(await ask(ITEMS, headers)).toMatchObject(problem(403, 'host_refused'));
    });
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
