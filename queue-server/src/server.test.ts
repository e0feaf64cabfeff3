import { describe, expect, it } from '@jest/globals';
import { plainClient } from './plain-client.fixture.js';
import { served } from './served.fixture.js';
import { startTestServer } from './testing.js';

const now = served();

describe('a server', () => {
  it('refuses to share its folder, and gives it free when it is closed', async () => {
    await expect(startTestServer({ dataDir: now.dataDir })).rejects.toMatchObject({
      code: 'data_dir_in_use',
    });
    await now.stop();
    await now.start();
  });

  it('refuses a client of another protocol version, and says which it speaks', async () => {
    await expect(plainClient(now.server.url, { protocolVersion: 2 })).rejects.toMatchObject({
      data: { code: 'protocol_unsupported', details: { server: 1, client: 2 } },
    });
  });

  it('tells that it lives and is ready', async () => {
    for (const page of ['livez', 'readyz']) {
      const response = await fetch(`${now.server.url}/${page}`);
      expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
    }
  });

  it('lets no page of a browser in that is not listed', async () => {
    const polling = `${now.server.url}/socket.io/?EIO=4&transport=polling`;
    expect((await fetch(polling, { headers: { origin: 'http://evil.example' } })).status).toBe(400);
  });
});
