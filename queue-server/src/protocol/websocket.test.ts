import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROTOCOL_VERSION } from '@typed-queue/contracts/wire';
import { bytesOf, readProtocolDocument } from './document.fixture.js';
import { headOf, jsonOf, playPackets } from './packet-play.fixture.js';
import { PacketSocket } from './packets.fixture.js';
import { NameTranslation } from './name-translation.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const KEY = 'correct-horse-battery';
const document = await readProtocolDocument();
const of = (language: string) => {
  const block = document.blocks.find((each) => each.language === language);
  if (block === undefined) throw new Error(`docs/protocol.md has no block of ${language}`);
  return block;
};
const frame = bytesOf(of('hex'));
const lines = of('packets').text.trimEnd().split('\n');

let server: TestServer;
let socket: PacketSocket | undefined;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await socket?.close();
  await server.close();
});

describe('the packets of docs/protocol.md', () => {
  it('are a conversation that a bare WebSocket has with this server', async () => {
    socket = await playPackets(server.url, lines, frame, new NameTranslation());
    // By then everything that the server sent has come.
    await socket.close();
    expect(socket.untaken).toEqual([]);
    expect(lines.at(-1)).toBe('C 41');
  });
});

describe('a bare WebSocket', () => {
  it('is refused with an error that says why, and then the connection ends', async () => {
    const guarded = await startTestServer({ keys: [KEY] });
    socket = await PacketSocket.open(guarded.url);
    socket.send('40{"token":"wrong"}');
    const refusal = await socket.next((packet) => headOf(packet) === '44');
    expect(jsonOf(String(refusal))).toMatchObject({ data: { code: 'unauthorized', retryable: false } });
    expect(await socket.closed()).toBe(1005);
    await guarded.close();
  });

  it.each([
    [`40{"protocolVersion":${PROTOCOL_VERSION + 1}}`, 'protocol_unsupported'],
    ['40{"client":"me"}', 'request_invalid'],
  ])('that connects with %s is refused with %s', async (packet, code) => {
    socket = await PacketSocket.open(server.url);
    socket.send(packet);
    const refusal = await socket.next((each) => headOf(each) === '44');
    expect(jsonOf(String(refusal))).toMatchObject({ data: { code } });
  });

  it('of a page that is not listed is refused before the handshake', async () => {
    const opening = PacketSocket.open(server.url, { origin: 'https://elsewhere.example' });
    await expect(opening).rejects.toThrow('Unexpected server response: 403');
  });

  it.each([
    ['a request before the answer to its CONNECT', ['40', '421["queues"]']],
    ['another namespace', ['40/other,']],
  ])('is cut off, unanswered, for %s', async (_, packets) => {
    socket = await PacketSocket.open(server.url);
    for (const packet of packets) socket.send(packet);
    expect(await socket.closed()).toBe(1005);
    expect(socket.untaken.map(headOf).filter((head) => head.startsWith('43'))).toEqual([]);
  });

  it.each([
    ['a text that is no packet', '42nothing'],
    ['a second CONNECT', '40'],
    ['a packet with two attachments', '452-["x"]'],
  ])('that is connected, and gets answers, is cut off for %s', async (_, packet) => {
    socket = await PacketSocket.open(server.url);
    socket.send('40');
    await socket.next((each) => headOf(each) === '40');
    socket.send('421["queues"]');
    await socket.next((each) => headOf(each) === '431');
    socket.send(packet);
    expect(await socket.closed()).toBe(1005);
  });

  it('is cut off for a message of more than 8 MiB', async () => {
    socket = await PacketSocket.open(server.url);
    const closed = socket.closed();
    socket.send('40');
    await socket.next((packet) => headOf(packet) === '40');
    socket.send(`42["${'x'.repeat(8 * 1024 * 1024)}"]`);
    expect(await closed).toBe(1009);
  });

  it('may send less than 8 KiB before it is connected', async () => {
    socket = await PacketSocket.open(server.url);
    socket.send(`40{"token":"${'x'.repeat(8 * 1024 - 100)}"}`);
    const answer = await socket.next((each) => headOf(each) !== '0');
    expect(headOf(answer)).toBe('40');
  });

  it('is cut off for more than 8 KiB before it is connected', async () => {
    socket = await PacketSocket.open(server.url);
    const closed = socket.closed();
    socket.send(`40{"token":"${'x'.repeat(8 * 1024)}"}`);
    expect(await closed).toBe(1006);
    expect(socket.untaken.filter((packet) => headOf(packet) !== '0')).toEqual([]);
  });
});
