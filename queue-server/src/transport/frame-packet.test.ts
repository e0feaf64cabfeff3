import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Contract, ServerToClientEvents } from '@typed-queue/contracts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type DefaultEventsMap } from 'socket.io';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { FramePacket } from './frame-packet.js';
import type { QueueServer } from './queue-socket.js';
import { queueFrameRoom } from './rooms.js';

let io: QueueServer;
let url: string;
const clients: PlainClient[] = [];

beforeEach(async () => {
  const http = createServer();
  io = new Server<never, ServerToClientEvents<Contract>, DefaultEventsMap, undefined>(http, {
    transports: ['websocket'],
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // Safe: a server that listens on a port has an address of this kind.
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.disconnect();
  await io.close();
});

/** A client, what it hears, and its socket in the server. */
const connect = async () => {
  const connected = new Promise<Parameters<FramePacket['sendTo']>[0]>((resolve) =>
    io.once('connection', (socket) => resolve(socket)),
  );
  const client = await plainClient(url);
  clients.push(client);
  const heard: unknown[][] = [];
  client.socket.onAny((event: string, ...args: unknown[]) => heard.push([event, ...args]));
  const hears = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (heard.length >= count) resolve();
      };
      client.socket.onAny(check);
      check();
    });
  return { heard, hears, socket: await connected, id: client.socket.id ?? '' };
};

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

describe('an event with bytes', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('arrives as it was, with %i bytes', async (length) => {
    const { heard, hears, socket } = await connect();
    const bytes = bytesOf(length);
    FramePacket.of('deliver:frame', ['files', 'e', 7], [bytes]).sendTo(socket);
    await hears(1);
    expect(heard).toEqual([['deliver:frame', 'files', 'e', 7, Buffer.from(bytes)]]);
  });

  it.each([1, 100, 70_000])('arrives as it was, with %i characters before the bytes', async (length) => {
    const { heard, hears, socket } = await connect();
    const epoch = 'é'.repeat(length);
    FramePacket.of('deliver:frame', ['files', epoch, 7], [bytesOf(3)]).sendTo(socket);
    await hears(1);
    expect(heard).toEqual([['deliver:frame', 'files', epoch, 7, Buffer.from(bytesOf(3))]]);
  });

  it.each([[[0, 3]], [[3, 0]], [[125, 126, 65_536, 1]], [[70_000, 40_000, 9]]])(
    'arrives in one, from pieces of %j bytes',
    async (lengths) => {
      const { heard, hears, socket } = await connect();
      const pieces = lengths.map((length) => bytesOf(length));
      FramePacket.of('deliver:frame', ['files', 'e', 7], pieces).sendTo(socket);
      io.emit('draining');
      await hears(2);
      expect(heard).toEqual([['deliver:frame', 'files', 'e', 7, Buffer.concat(pieces)], ['draining']]);
    },
  );

  it('keeps its place among those that Socket.IO sends', async () => {
    const { heard, hears, socket, id } = await connect();
    io.to(id).emit('draining');
    FramePacket.of('deliver:frame', ['files', 'e', 1], [bytesOf(9)]).sendTo(socket);
    io.to(id).emit('draining');
    await hears(3);
    expect(heard.map(([event]) => event)).toEqual(['draining', 'deliver:frame', 'draining']);
  });

  it('is one packet for each piece, whose size is that of its bytes', async () => {
    const { hears, socket } = await connect();
    const sent: unknown[] = [];
    socket.conn.on('packetCreate', ({ data }) => sent.push(data));
    FramePacket.of('deliver:frame', ['files', 'e', 1], [bytesOf(300), bytesOf(5)]).sendTo(socket);
    await hears(1);
    expect(sent).toEqual([Buffer.from(bytesOf(300)), Buffer.from(bytesOf(5))]);
  });

  it('sent to a room comes to all who are in it', async () => {
    const [one, other, outside] = [await connect(), await connect(), await connect()];
    for (const { id } of [one, other]) io.in(id).socketsJoin(queueFrameRoom('files'));
    FramePacket.of('deliver:frame', ['files', 'e', 1], [bytesOf(300)]).sendToRoom(
      io,
      queueFrameRoom('files'),
    );
    io.emit('draining');
    await Promise.all([one.hears(2), other.hears(2), outside.hears(1)]);
    const [event] = [['deliver:frame', 'files', 'e', 1, Buffer.from(bytesOf(300))]];
    expect([one.heard, other.heard]).toEqual([
      [event, ['draining']],
      [event, ['draining']],
    ]);
    expect(outside.heard).toEqual([['draining']]);
  });
});
