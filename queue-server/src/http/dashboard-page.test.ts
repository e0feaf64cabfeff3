import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { dashboardPage } from './dashboard-page.js';

let parent: string;
let http: Server;
let url: string;
let errors: unknown[];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'dashboard-page-'));
  await mkdir(join(parent, 'built/assets'), { recursive: true });
  await writeFile(join(parent, 'built/index.html'), '<!doctype html>the page');
  await writeFile(join(parent, 'built/assets/index-Ab_1-x.js.gz'), gzipSync('the script'));
  await writeFile(join(parent, 'secret.js.gz'), gzipSync('secret'));
  const deps = {
    folder: pathToFileURL(join(parent, 'built/')),
    onError: (error: unknown) => void errors.push(error),
  };
  http = createServer(
    dashboardPage(deps, (_request, response) => void response.writeHead(404).end('another page')),
  ).listen(0, '127.0.0.1');
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
  it.each(['/', '/?search=x', '/contracts', '/queues/orders', '/queues/orders/groups/a%2Fb', '/queues/a.js'])(
    'is the answer at %s, and kept by no browser',
    async (path) => {
      const response = await ask(path);
      expect(await response.text()).toBe('<!doctype html>the page');
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-store');
    },
  );

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
    '/queues',
    '/index.html',
  ])('leaves %s to the other pages', async (path) => {
    expect(await askAsItIs(path)).toBe(404);
    expect(errors).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('leaves %s to the other pages', async (method) => {
    expect(await (await ask('/', method)).text()).toBe('another page');
  });

  it('says that an asset of another build is gone', async () => {
    const response = await ask('/assets/index-Old.js');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: 'The dashboard has no such file. Load the page again: it may be of another build.',
    });
  });
});

it('a dashboard that is not built says how to build it, and is no error of the server', async () => {
  await rm(join(parent, 'built/index.html'));
  const response = await ask('/');
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    error: 'The dashboard is not built. In the repository: npm run build.',
  });
  expect(errors).toEqual([]);
});
