import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { WebSocket, type WebSocketServer } from 'ws';
import { Semaphore, type Holder } from '../access/semaphore.js';
import { UPGRADE } from '../raw-http.fixture.js';
import { limitedWebSocketServer } from './web-socket-server.js';

const MIB = 1024 * 1024;

/** Records who asked for a permit. */
class RecordingSemaphore extends Semaphore {
  readonly holders: Holder[] = [];
  override acquire(holder: Holder): () => void {
    this.holders.push(holder);
    return super.acquire(holder);
  }
}

let http: Server;
let server: WebSocketServer;
let largeMessages: RecordingSemaphore;
let url: string;
let messages: number[];
/** How many messages were handled in each turn of the event loop. */
let turns: number[];

beforeEach(async () => {
  largeMessages = new RecordingSemaphore(1);
  messages = [];
  turns = [];
  server = new (limitedWebSocketServer({ largeMessages, onFlood: () => undefined }))({ noServer: true });
  http = createServer();
  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (ws) => {
      let inTurn = 0;
      ws.on('message', (data: Buffer) => {
        messages.push(data.byteLength);
        if (inTurn++ > 0) return;
        setImmediate(() => {
          turns.push(inTurn);
          inTurn = 0;
        });
      });
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

/** A connection that sends bytes as they are. */
const raw = async (): Promise<Socket> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(['GET / HTTP/1.1', 'Host: localhost', ...UPGRADE, '', ''].join('\r\n'));
  await once(socket, 'data');
  return socket;
};
/** A text of one byte, masked by zeros. */
const SMALL = Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61]);

describe('a connection that sends many messages at once', () => {
  it('has a bounded number of them handled in each turn of the event loop', async () => {
    const socket = await raw();
    socket.write(Buffer.concat(Array.from({ length: 2_000 }, () => SMALL)));
    await until(() => messages.length === 2_000);
    expect(Math.max(...turns)).toBeLessThan(300);
    socket.destroy();
  });
});

describe('large messages', () => {
  it('arrive one after another, while small ones arrive', async () => {
    const [slow, second, small] = [await connected(), await connected(), await connected()];
    // The first fragment of a message.
    slow.send(new Uint8Array(MIB), { fin: false });
    await until(() => largeMessages.holders.length === 1);
    second.send(new Uint8Array(4 * MIB));
    await until(() => largeMessages.holders.length === 2);
    for (let sent = 1; sent <= 20; sent++) {
      small.send(new Uint8Array(1_000));
      await until(() => messages.length === sent);
    }
    expect(messages).toEqual(Array.from({ length: 20 }, () => 1_000));
    slow.send(new Uint8Array(1));
    await until(() => messages.length === 22);
    expect(messages.slice(20)).toEqual([MIB + 1, 4 * MIB]);
  });

  it('release their permit when their connection closes', async () => {
    const [slow, second] = [await connected(), await connected()];
    slow.send(new Uint8Array(MIB), { fin: false });
    await until(() => largeMessages.holders.length === 1);
    second.send(new Uint8Array(MIB));
    await until(() => largeMessages.holders.length === 2);
    slow.terminate();
    await until(() => messages.length === 1);
  });

  it('end with their connection when their permit is overdue', async () => {
    const slow = await connected();
    slow.send(new Uint8Array(MIB), { fin: false });
    await until(() => largeMessages.holders.length === 1);
    const closed = once(slow, 'close');
    largeMessages.holders[0]?.overdue();
    await closed;
  });
});
