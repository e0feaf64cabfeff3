import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

let dataDir: string;
let server: TestServer;
let client: PlainClient;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'server-test-'));
  server = await startTestServer({ dataDir });
  client = await plainClient(server.url);
});

afterEach(async () => {
  client.socket.disconnect();
  await server.close();
  await rm(dataDir, { recursive: true });
});

describe('a server', () => {
  it('refuses to share its folder, and gives it free when it is closed', async () => {
    await expect(startTestServer({ dataDir })).rejects.toMatchObject({
      code: 'data_dir_in_use',
    });
    await server.close();
    server = await startTestServer({ dataDir });
  });

  it('refuses a client of another protocol version, and says which it speaks', async () => {
    await expect(plainClient(server.url, { protocolVersion: 2 })).rejects.toMatchObject({
      data: { code: 'protocol_unsupported', details: { server: 1, client: 2 } },
    });
  });

  it('tells that it lives and is ready', async () => {
    for (const page of ['livez', 'readyz']) {
      const response = await fetch(`${server.url}/${page}`);
      expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
    }
  });

  it('lets no page of a browser in that is not listed', async () => {
    const polling = `${server.url}/socket.io/?EIO=4&transport=polling`;
    expect((await fetch(polling, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await fetch(polling)).status).toBe(200);
  });
});
