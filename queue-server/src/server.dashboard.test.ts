import { afterEach, expect, it } from '@jest/globals';
import { get } from 'node:http';
import { startTestServer, type TestServer } from './testing.js';

let server: TestServer;
afterEach(() => server.close());

/** The status of a GET with these headers. */
const statusOf = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(`${server.url}${path}`, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

it('an embedded server has no dashboard unless it is asked for', async () => {
  server = await startTestServer({ storage: 'memory' });
  expect(await statusOf('/')).toBe(404);
  expect(await statusOf('/queues/files')).toBe(404);
});

it('pages of other origins and other names of the host do not get the dashboard', async () => {
  server = await startTestServer({ storage: 'memory', dashboard: true });
  expect(await statusOf('/', { origin: 'http://evil.example' })).toBe(403);
  expect(await statusOf('/', { host: 'evil.example' })).toBe(403);
});

it('the dashboard is the page of a server that has one, and the other paths stay as they are', async () => {
  server = await startTestServer({ storage: 'memory', dashboard: true });
  const { headers } = await fetch(`${server.url}/`);
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(await statusOf('/readyz')).toBe(200);
  expect((await fetch(`${server.url}/`, { method: 'POST' })).status).toBe(405);
  expect(await (await fetch(`${server.url}/other`)).text()).toContain('GET / (the dashboard)');
});
