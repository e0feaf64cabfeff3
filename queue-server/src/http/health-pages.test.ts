import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { errorTable, QueueError } from '@typed-queue/contracts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RefusalCounts } from '../access/refusal-counts.js';
import { healthPages, shownFault } from './health-pages.js';
import { servePages } from './pages.js';

let http: Server;
let url: string;
let problems: { check: string; problem: string }[];

beforeEach(async () => {
  problems = [];
  const deps = { refusals: new RefusalCounts(), onError: () => undefined };
  http = createServer(
    servePages(
      healthPages(() => problems),
      deps,
    ),
  ).listen(0, '127.0.0.1');
  await once(http, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
});

const ask = (path: string, method = 'GET'): Promise<Response> =>
  fetch(`${url}${path}`, { method, headers: { connection: 'close' } });

describe('the pages of health', () => {
  it.each(['/livez', '/livez?verbose', '/readyz', '/readyz?x=/livez'])(
    'say at %s that all is well',
    async (path) => {
      const response = await ask(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ status: 'ok' });
    },
  );

  it('say at /readyz why messages are refused, while the process lives', async () => {
    problems = [
      { check: 'server', problem: 'shutting down' },
      { check: 'storage', problem: 'the disk is full' },
    ];
    const response = await ask('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'unavailable', problems });
    expect((await ask('/livez')).status).toBe(200);
    problems = [];
    expect((await ask('/readyz')).status).toBe(200);
  });

  it('answer HEAD as GET, without a body', async () => {
    problems = [{ check: 'storage', problem: 'the disk is full' }];
    const response = await ask('/readyz', 'HEAD');
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });
});

describe('a fault of the storage at /readyz', () => {
  it('names no folder and no queue: everybody may ask', () => {
    const fault = new QueueError('storage_failed', 'Nothing is stored in /data/journal/invoices.');
    expect(shownFault(fault)).toBe(errorTable.storage_failed.meaning);
    expect(shownFault(new Error('EIO in /data/journal/invoices'))).not.toContain('invoices');
  });
});
