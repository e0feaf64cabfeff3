import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { plainClient, received } from '../plain-client.fixture.js';
import { gatherWrites } from './gathered-writes.js';

let http: HttpServer;
let io: Server;

beforeEach(async () => {
  http = createServer();
  io = new Server(http, { transports: ['websocket'], serveClient: false });
  gatherWrites(io);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});
afterEach(() => io.close());

it('the packets of a flush are written together, and at once', async () => {
  const corked: [event: string, levels: number][] = [];
  io.on('connection', (socket: Socket) => {
    const { conn } = socket;
    const tcp = conn.request.socket;
    socket.on('answer', () => {
      for (const event of ['flush', 'drain']) {
        conn.on(event, () => corked.push([event, tcp.writableCorked]));
      }
      for (let n = 1; n <= 3; n++) socket.emit('answered', n);
    });
  });
  // Safe: a server that listens on a port has an address of this kind.
  const { socket } = await plainClient(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const answers = received(socket, 'answered', 3);
  socket.emit('answer');
  expect(await answers).toEqual([1, 2, 3]);
  // The first packet, and those that came while it was written.
  expect(corked).toEqual([
    ['flush', 1],
    ['drain', 0],
    ['flush', 1],
    ['drain', 0],
  ]);
  socket.disconnect();
});
