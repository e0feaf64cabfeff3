import { describe, expect, it } from '@jest/globals';
import { plainClient, received } from './plain-client.fixture.js';
import { startTestServer } from './testing.js';

const publication = { event: 'save', payload: { path: 'a', bytes: 1, sha256: 'abc', durationMs: 2 } };

describe('a server that keeps everything in memory', () => {
  it('says so in its receipts, delivers messages, and is empty at each start', async () => {
    for (let starts = 0; starts < 2; starts++) {
      const server = await startTestServer({ storage: 'memory' });
      expect(server.dataDir).toBe('');
      const client = await plainClient(server.url);
      const granted = received(client.socket, 'grant', 1);
      await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
      const receipt = await client.value('publish', 'files', publication);
      expect(receipt).toMatchObject({ seq: 1, duplicate: false, durability: 'memory' });
      expect(await granted).toMatchObject([{ messages: [{ seq: 1, payload: { path: 'a' } }] }]);
      client.socket.disconnect();
      await server.close();
    }
  });
});
