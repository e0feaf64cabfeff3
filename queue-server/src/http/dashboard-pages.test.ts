import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiErrorCode } from '@typed-queue/contracts';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { RefusalCounts } from '../access/refusal-counts.js';
import { dashboardPages } from './dashboard-pages.js';
import { servePages } from './pages.js';

let parent: string;
let http: Server;
let url: string;
let errors: unknown[];
let refusals: RefusalCounts;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'dashboard-page-'));
  await mkdir(join(parent, 'built/assets'), { recursive: true });
  await writeFile(join(parent, 'built/index.html'), '<!doctype html>the page');
  await writeFile(join(parent, 'built/assets/index-Ab_1-x.js.gz'), gzipSync('the script'));
  await writeFile(join(parent, 'secret.js.gz'), gzipSync('secret'));
  const deps = {
    refusals: { add: (code: ApiErrorCode) => refusals.add(code) },
    onError: (error: unknown) => void errors.push(error),
  };
  const pages = dashboardPages(pathToFileURL(join(parent, 'built/')));
  http = createServer(servePages(pages, deps)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
  await rm(parent, { recursive: true });
});
beforeEach(() => {
  errors = [];
  refusals = new RefusalCounts();
});

const ask = (path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}${path}`, { method, headers: { connection: 'close', ...headers } });

/** `fetch` would resolve the dots. */
const askAsItIs = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

describe('the dashboard', () => {
  it.each([
    '/',
    '/?search=x',
    '/contracts',
    '/schedules?name=monthly',
    '/queues',
    '/queues/orders',
    '/queues/orders/',
    '/queues/orders/publish',
    '/queues/orders/groups',
    '/queues/orders/groups/a%2Fb',
    '/queues/orders/scheduled',
    '/queues/orders/dead-letters?group=x',
    '/queues/orders/contract',
    '/queues/orders/messages/7',
    '/queues/a.js',
  ])('is the answer at %s, and kept by no browser', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<!doctype html>the page');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('runs nothing but its own files, and is in no frame', async () => {
    const { headers } = await ask('/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('has assets that browsers keep, since their names change with them', async () => {
    const response = await ask('/assets/index-Ab_1-x.js');
    expect(await response.text()).toBe('the script');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('sends an asset uncompressed to those that ask for it', async () => {
    const response = await ask('/assets/index-Ab_1-x.js', 'GET', { 'accept-encoding': 'identity' });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toBe('the script');
  });

  it('answers HEAD as GET, without a body', async () => {
    const response = await ask('/', 'HEAD');
    expect(response.headers.get('content-length')).toBe('23');
    expect(await response.text()).toBe('');
  });

  it.each([
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/',
    '/other',
    '/queue',
    '/queues/orders/x',
    '/queues/orders/messages',
    '/queues/orders/groups/a/b',
    '/Queues/orders',
    '/index.html',
  ])('is not at %s', async (path) => {
    expect(await askAsItIs(path)).toBe(404);
    expect(errors).toEqual([]);
  });

  it.each(['/other', '/contracts/x', '/queues/orders/x', '/Queues/orders', '/index.html'])(
    'shows browsers that nothing is at %s',
    async (path) => {
      const response = await ask(path, 'GET', { accept: 'text/html,*/*;q=0.8' });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await response.text()).toBe('<!doctype html>the page');
    },
  );

  it.each([
    ['//', '/'],
    ['/queues//orders', '/queues/orders'],
    ['//queues///orders/groups?x=a//b?c', '/queues/orders/groups?x=a//b?c'],
  ])('leads browsers from %s to %s', async (path, location) => {
    const response = await fetch(`${url}${path}`, {
      headers: { accept: 'text/html', connection: 'close' },
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([308, location]);
  });

  it.each(['//example.com', '//example.com/queues', '/queues//orders/x'])(
    'leads nobody from %s to another address',
    async (path) => {
      expect((await ask(path, 'GET', { accept: 'text/html' })).status).toBe(404);
    },
  );

  it.each(['/queues/%', '/queues/orders/groups/%zz', '/queues/%ff'])(
    'shows that nothing is at %s, which cannot be read',
    async (path) => {
      const response = await ask(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('<!doctype html>the page');
    },
  );

  it.each([
    ['GET', '*/*'],
    ['GET', 'application/json'],
    ['HEAD', 'text/html'],
    ['POST', 'text/html'],
  ])('shows %s of %s no page where nothing is', async (method, accept) => {
    const response = await ask('/other', method, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/json'),
    ]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is not for %s', async (method) => {
    const response = await ask('/', method);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({
      code: 'method_unsupported',
      message: expect.stringContaining('/ (the dashboard) is not for this method'),
    });
  });

  it('has assets that are only read', async () => {
    const response = await ask('/assets/index-Ab_1-x.js', 'POST');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('is among what the server says that it answers', async () => {
    const { message } = (await (await ask('/other')).json()) as { message: string };
    expect(message).toContain(
      'This server answers GET / (the dashboard), GET /assets/ (its files), and Socket.IO.',
    );
  });

  it('says that an asset of another build is gone, and counts it', async () => {
    const response = await ask('/assets/index-Old.js');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 'route_unknown',
      message: 'The dashboard has no such file. Load the page again: it may be of another build.',
      details: {},
      retryable: false,
    });
    expect(refusals.all().get('route_unknown')).toBe(1);
  });

  it.each([
    ['POST', '/'],
    ['POST', '/assets/index-Ab_1-x.js'],
    ['GET', '/assets/index-Old.js'],
    ['GET', '/assets/index-Ab_1-x.js'],
  ])('has its policy on the answer to %s %s', async (method, path) => {
    const { headers } = await ask(path, method);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

it('a dashboard that is not built says how to build it, and is no error of the server', async () => {
  await rm(join(parent, 'built/index.html'));
  const response = await ask('/');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    code: 'route_unknown',
    message: 'The dashboard is not built. In the repository: npm run build.',
  });
  expect(errors).toEqual([]);
});

it('a dashboard that cannot be read is a failure of the server, which is logged and not shown', async () => {
  await rm(join(parent, 'built/index.html'), { force: true });
  await mkdir(join(parent, 'built/index.html'));
  const response = await ask('/');
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ code: 'internal' });
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(errors).toMatchObject([{ code: 'EISDIR' }]);
});
