import { describe, expect, it } from '@jest/globals';
import { PROTOCOL_VERSION } from '@typed-queue/contracts/wire';
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

  it.each([1, 2, 3, undefined])('serves a client of protocol version %p', async (protocolVersion) => {
    const client = await plainClient(now.server.url, { protocolVersion });
    expect(await client.value('groups', 'files')).toEqual([]);
    client.socket.disconnect();
  });

  it.each([
    [0, 'client'],
    [PROTOCOL_VERSION + 1, 'server'],
  ])('refuses a client of protocol version %d, and says which it speaks', async (version, older) => {
    await expect(plainClient(now.server.url, { protocolVersion: version })).rejects.toMatchObject({
      message: `This server speaks protocol versions 1 to ${PROTOCOL_VERSION}, the client version ${version}. Upgrade the ${older}.`,
      data: {
        code: 'protocol_unsupported',
        details: { server: PROTOCOL_VERSION, oldest: 1, client: version },
      },
    });
  });

  it('reports that it is live and ready', async () => {
    for (const page of ['livez', 'readyz']) {
      const response = await fetch(`${now.server.url}/${page}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status: 'ok' });
    }
  });
});
