import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, readProtocolDocument } from './document.fixture.js';
import { playPackets } from './packet-play.fixture.js';
import type { PacketSocket } from './packets.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';
import { NameTranslation } from './name-translation.fixture.js';

const frameBlock = (await readProtocolDocument()).blocks.find(({ language }) => language === 'hex');
if (frameBlock === undefined) throw new Error('docs/protocol.md has no frame');
const frame = bytesOf(frameBlock);

/** What a client and a server of version 1 sent to each other; an empty line is a connection that was cut. */
const recorded = await readFile(join(import.meta.dirname, 'version-1.fixture.txt'), 'utf8');
const connections = recorded.trimEnd().split('\n\n');

let server: TestServer;
let socket: PacketSocket | undefined;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await socket?.close();
  await server.close();
});

describe('a client of protocol version 1', () => {
  it('is answered as by a server of its own version: it publishes again, and keeps its lease', async () => {
    const names = new NameTranslation({ ignoresNewFields: true });
    for (const lines of connections) {
      socket = await playPackets(server.url, lines.split('\n'), frame, names);
      // By then everything that the server sent has come.
      await socket.close();
      expect(socket.untaken).toEqual([]);
    }
    expect(connections).toHaveLength(3);
  });
});
