import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { headOf, jsonOf } from './packet-play.fixture.js';
import { PacketSocket, type Packet } from './packets.fixture.js';
import { sharedServer } from './shared-server.fixture.js';

const server = sharedServer();
let socket: PacketSocket;

beforeEach(async () => {
  socket = await PacketSocket.open(server.url);
  socket.send('40');
  await socket.next((packet) => headOf(packet) === '40');
});
afterEach(() => socket.close());

const answerTo = async (id: string): Promise<unknown> =>
  jsonOf(String(await socket.next((packet) => headOf(packet) === `43${id}`)));

describe('a packet of a client that is connected', () => {
  it.each<[string, Packet[]]>([
    ["Engine.IO's open", ['0{}']],
    ["Engine.IO's close", ['1']],
    ["Engine.IO's upgrade", ['5']],
    ["Engine.IO's noop", ['6']],
    ['an answer to no ping', ['3', '3probe']],
    ['an event with nothing after it', ['42']],
  ])('has no effect when it is %s', async (_, packets) => {
    for (const packet of packets) socket.send(packet);
    socket.send('427["queues"]');
    expect(await answerTo('7')).toMatchObject([{ ok: true }]);
    // The first is the opening of Engine.IO.
    expect(socket.untaken.slice(1)).toEqual([]);
  });

  it.each<[string, Packet[]]>([
    ['an unknown digit', ['7']],
    ['no digit', ['hello']],
    ['an answer', ['431["x"]']],
    ['an answer that announces bytes', ['461-1[{"_placeholder":true,"num":0}]']],
    ['nothing', ['']],
    ['a ping', ['2']],
    ["an unknown digit of Socket.IO's", ['49']],
    ['an error', ['44{}']],
    ['an event that is no array', ['42{}']],
    ['an event without a name', ['42[]']],
    ['an event whose name is null', ['42[null]']],
    ['broken JSON', ['421["queues"']],
    ['an event of another namespace', ['42/other,1["queues"]']],
    ['an id of 2^53', ['429007199254740992["queues"]']],
    ['an id of 400 digits', [`42${'9'.repeat(400)}["queues"]`]],
    ['an id with a point', ['421.5["queues"]']],
    ['an id below 0', ['42-1["queues"]']],
    ['bytes that no packet announced', [Buffer.from('x')]],
    ['a text in place of an attachment', ['451-1["publish:frame"]', '422["queues"]']],
    ['no attachment where one is announced', ['450-1["publish:frame"]']],
    ['two attachments', ['452-1["publish:frame"]']],
    ["a name that is Socket.IO's: connect", ['421["connect"]']],
    ["a name that is Socket.IO's: connect_error", ['421["connect_error"]']],
    ["a name that is Socket.IO's: disconnect", ['421["disconnect"]']],
    ["a name that is Socket.IO's: disconnecting", ['421["disconnecting"]']],
    ["a name that is Socket.IO's: newListener", ['421["newListener"]']],
    ["a name that is Socket.IO's: removeListener", ['421["removeListener"]']],
    ['the end', ['41']],
  ])('ends the connection when it is %s', async (_, packets) => {
    const closed = socket.closed();
    for (const packet of packets) socket.send(packet);
    expect(await closed).toBe(1005);
    expect(socket.untaken.filter((packet) => headOf(packet).startsWith('43'))).toEqual([]);
  });

  it('may be an answer to a ping before an attachment', async () => {
    socket.send('451-1["publish:frame","queue-0",{"_placeholder":true,"num":0}]');
    socket.send('3');
    socket.send(Buffer.from('x'));
    expect(await answerTo('1')).toMatchObject([{ error: { code: 'frame_invalid' } }]);
  });

  it.each(['0', '1', '4294967296', '9007199254740991'])('has the answer under its id: %s', async (id) => {
    socket.send(`42${id}["queues"]`);
    expect(await answerTo(id)).toMatchObject([{ ok: true }]);
  });

  it('may have an id again that was answered', async () => {
    for (let times = 0; times < 2; times++) {
      socket.send('421["queues"]');
      expect(await answerTo('1')).toMatchObject([{ ok: true }]);
    }
  });

  it('without an id has no answer', async () => {
    socket.send('42["publsih"]');
    socket.send('421["queues"]');
    await answerTo('1');
    expect(socket.untaken.filter((packet) => headOf(packet).startsWith('43'))).toEqual([]);
  });
});

describe('the packet that opens a connection', () => {
  it('has the ping interval, the ping timeout and the largest message', async () => {
    const opening = await socket.next((packet) => headOf(packet) === '0');
    expect(jsonOf(String(opening))).toEqual({
      sid: expect.any(String),
      upgrades: [],
      pingInterval: 25_000,
      pingTimeout: 20_000,
      maxPayload: 8 * 1024 * 1024,
    });
  });
});
