import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, type WebSocketServer } from 'ws';
import { Turns, type Taker } from '../access/turns.js';
import { boundedWebSocketServer } from './web-socket-server.js';

const MIB = 1024 * 1024;

/** Turns that say who waits. */
class WatchedTurns extends Turns {
  readonly takers: Taker[] = [];
  override take(taker: Taker): () => void {
    this.takers.push(taker);
    return super.take(taker);
  }
}

let http: Server;
let server: WebSocketServer;
let turns: WatchedTurns;
let url: string;
let messages: number[];

beforeEach(async () => {
  turns = new WatchedTurns(1);
  messages = [];
  server = new (boundedWebSocketServer({ turns, onFlood: () => undefined }))({ noServer: true });
  http = createServer();
  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('message', (data: Buffer) => messages.push(data.byteLength));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // Safe: a server that listens on a port has an address of this kind.
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

const connected = async (): Promise<WebSocket> => {
  const client = new WebSocket(url, { perMessageDeflate: false });
  await once(client, 'open');
  return client;
};
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe('large messages', () => {
  it('arrive by turns, and small ones beside them', async () => {
    const [slow, second, small] = [await connected(), await connected(), await connected()];
    // The first part of a message that is not complete.
    slow.send(new Uint8Array(MIB), { fin: false });
    await until(() => turns.takers.length === 1);
    second.send(new Uint8Array(4 * MIB));
    await until(() => turns.takers.length === 2);
    for (let sent = 1; sent <= 20; sent++) {
      small.send(new Uint8Array(1_000));
      await until(() => messages.length === sent);
    }
    expect(messages).toEqual(Array.from({ length: 20 }, () => 1_000));
    slow.send(new Uint8Array(1));
    await until(() => messages.length === 22);
    expect(messages.slice(20)).toEqual([MIB + 1, 4 * MIB]);
  });

  it('give their turn back with their connection', async () => {
    const [slow, second] = [await connected(), await connected()];
    slow.send(new Uint8Array(MIB), { fin: false });
    await until(() => turns.takers.length === 1);
    second.send(new Uint8Array(MIB));
    await until(() => turns.takers.length === 2);
    slow.terminate();
    await until(() => messages.length === 1);
  });

  it('end with their connection when they take too long', async () => {
    const slow = await connected();
    slow.send(new Uint8Array(MIB), { fin: false });
    await until(() => turns.takers.length === 1);
    const closed = once(slow, 'close');
    turns.takers[0]?.tooLong();
    await closed;
  });
});
