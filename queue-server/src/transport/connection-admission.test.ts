import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { pino } from 'pino';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';
import { EngineIoSocket, UnadmittedConnection, warningsOf } from './unadmitted-connections.fixture.js';

const KEY = 'correct-horse-battery';
const KB = 1024;
/** Before it is admitted a client may send 8 KiB; a read that brings more may have 64 KiB. */
const MOST_BYTES_RECEIVED = (8 + 64) * KB;

let server: TestServer;
let good: PlainClient;
let warnings: Record<string, unknown>[];
/** Deadlines, which end when a test says so. */
let deadlines: Set<() => void>;

beforeEach(async () => {
  const log = warningsOf();
  ({ warnings } = log);
  deadlines = new Set();
  const after = (_ms: number, run: () => void) => {
    deadlines.add(run);
    return () => deadlines.delete(run);
  };
  server = await startTestServer({
    storage: 'memory',
    logger: log.logger,
    keys: [KEY],
    after,
    maxConnectionsPerAddress: 20,
  });
  good = await plainClient(server.url, { token: KEY });
});

/** Whatever happened, the client beside it is as well as before. */
afterEach(async () => {
  expect(await good.value('queues')).toHaveLength(2);
  good.socket.disconnect();
  await server.close();
});

const endDeadlines = (): void => {
  for (const run of [...deadlines]) run();
};

/** What the log says that a client that was cut off had cost. */
const bytesOf = (reason: string): number[] =>
  warnings.filter((warning) => warning.reason === reason).map(({ bytes }) => Number(bytes));

describe('until it is admitted, a client', () => {
  it('may announce no attachments: nothing of them is kept', async () => {
    const client = await EngineIoSocket.open(server.url);
    const bytes = Buffer.alloc(1024 * KB);
    client.socket.send('4510-["x"]');
    await client.flood((socket, sent) => socket.send(bytes, sent));
    expect(Math.max(0, ...bytesOf('handshake_too_large'))).toBeLessThanOrEqual(MOST_BYTES_RECEIVED);
  });

  it('has one attempt: repeated CONNECT packets are not answered', async () => {
    const client = await EngineIoSocket.open(server.url);
    client.socket.pause();
    await client.flood((socket, sent) => socket.send('40{"token":"x"}', sent));
    expect(client.heard.filter((packet) => packet.startsWith('44')).length).toBeLessThanOrEqual(1);
  });

  it.each(['40/admin,', '42["queues"]', 'zzz', '4510-["a"]', '40[1'])(
    'is logged when it is cut off for a packet that is no handshake: %s',
    async (packet) => {
      const client = await EngineIoSocket.open(server.url);
      client.socket.send(packet);
      await client.closed;
      expect(warnings).toMatchObject([{ reason: 'packet_invalid', address: '127.0.0.1' }]);
    },
  );

  it('is not logged as cut off when it goes by itself, or is refused', async () => {
    const [leaving, refused] = [await EngineIoSocket.open(server.url), await EngineIoSocket.open(server.url)];
    leaving.socket.close();
    refused.socket.send('40{"token":"x"}');
    await Promise.all([leaving.closed, refused.closed]);
    expect(warnings.filter(({ reason }) => reason !== undefined)).toEqual([]);
  });

  it('has one attempt: the connection ends after the refusal', async () => {
    const client = await EngineIoSocket.open(server.url);
    client.socket.send('40{"token":"x"}');
    await client.closed;
    expect(client.heard.slice(1)).toEqual([expect.stringMatching(/^44.*unauthorized/)]);
  });

  it('has no second namespace: names of it are not sent back', async () => {
    const client = await EngineIoSocket.open(server.url);
    client.socket.pause();
    await client.flood((socket, sent) => socket.send(`40/${'n'.repeat(1_000)},`, sent));
    expect(client.heard).toHaveLength(1);
  });

  it('may send a few pings, read or not', async () => {
    for (const reads of [true, false]) {
      const client = await EngineIoSocket.open(server.url);
      if (!reads) client.socket.pause();
      await client.flood((socket, sent) => socket.ping(Buffer.alloc(125), undefined, sent));
      expect(client.pongs).toBeLessThanOrEqual(101);
    }
  });

  it('may send 8 KiB, in any number of writes', async () => {
    const client = await EngineIoSocket.open(server.url);
    await client.flood((socket, sent) => socket.send(Buffer.alloc(KB), { fin: false }, sent));
    const [received] = bytesOf('handshake_too_large');
    expect(received).toBeGreaterThan(8 * KB);
    expect(received).toBeLessThanOrEqual(MOST_BYTES_RECEIVED);
  });

  it('has a deadline', async () => {
    const client = await EngineIoSocket.open(server.url);
    endDeadlines();
    await client.closed;
    expect(warnings).toMatchObject([{ reason: 'handshake_timeout', address: '127.0.0.1', bytes: 0 }]);
  });

  it('leaves no timer when it is closed', async () => {
    const client = await EngineIoSocket.open(server.url);
    expect(deadlines.size).toBe(1);
    client.socket.terminate();
    while (deadlines.size > 0) await new Promise(setImmediate);
  });
});

describe('an admitted client', () => {
  const admitted = (): Promise<EngineIoSocket> => EngineIoSocket.admitted(server.url, KEY);

  it('has no deadline', async () => {
    const client = await admitted();
    endDeadlines();
    client.socket.send('421["queues"]');
    await once(client.socket, 'message');
    expect(client.heard.at(-1)).toMatch(/^431/);
    await client.close();
  });

  it.each([true, false])('is cut off when it sends nothing but pings (reading: %s)', async (reads) => {
    const client = await admitted();
    if (!reads) client.socket.pause();
    await client.flood((socket, sent) => socket.ping(Buffer.alloc(125), undefined, sent));
    expect(client.pongs).toBeLessThanOrEqual(101);
    expect(warnings).toMatchObject([{ reason: 'pings', address: '127.0.0.1' }]);
  });

  it('may ping for ever as long as it says something', async () => {
    const client = await admitted();
    for (let n = 0; n < 500; n++) {
      client.socket.ping();
      if (n % 50 === 0) client.socket.send(`42${n}["queues"]`);
    }
    while (client.pongs < 500) await once(client.socket, 'pong');
    await client.close();
  });

  it('is cut off for pongs that nobody asked for', async () => {
    const client = await admitted();
    await client.flood((socket, sent) => socket.send('3', sent));
    expect(warnings).toMatchObject([{ reason: 'pongs' }]);
  });

  it('is cut off when it does not read its answers', async () => {
    const log = warningsOf();
    const small = await startTestServer({
      storage: 'memory',
      logger: log.logger,
      keys: [KEY],
      memoryBudget: 64 * 1024 * KB,
    });
    const client = await EngineIoSocket.admitted(small.url, KEY);
    client.socket.pause();
    await client.flood((socket, sent) =>
      socket.send('421["contract","database",null,{"annotations":true}]', sent),
    );
    expect(log.warnings).toMatchObject([{ reason: 'unread', client: expect.any(String) }]);
    expect(Number(log.warnings[0]?.bytes)).toBeLessThan(24 * 1024 * KB);
    await small.close();
  });

  it('ends with its connection to the namespace', async () => {
    const client = await admitted();
    client.socket.send('41');
    await client.closed;
  });

  it('has one WebSocket: nobody may put another in its place', async () => {
    const client = await admitted();
    const { sid } = JSON.parse((client.heard[0] ?? '').slice(1)) as { sid: string };
    const connection = await new UnadmittedConnection(server.url).connected();
    connection.socket.write(
      `GET /socket.io/?EIO=4&transport=websocket&sid=${sid} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await connection.closed;
    expect(connection.heard).toMatch(/^HTTP\/1.1 400 /);
    await client.close();
  });
});

describe('connections of one address', () => {
  it('that wait are replaced, and harm no other client', async () => {
    const idle = Array.from({ length: 60 }, () => new UnadmittedConnection(server.url));
    // All but those below the limit beside the good client.
    let closed = 0;
    await new Promise<void>((resolve) => {
      for (const connection of idle) void connection.closed.then(() => ++closed === 41 && resolve());
    });
    const other = await plainClient(server.url, { token: KEY });
    expect(await other.value('queues')).toHaveLength(2);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(warnings[0]).toMatchObject({ bound: 'address', address: '127.0.0.1' });
    expect(warnings).toHaveLength(1);
    other.socket.disconnect();
    for (const { socket } of idle) socket.destroy();
  });

  it('that are all admitted let no more in', async () => {
    const others = await Promise.all(
      Array.from({ length: 19 }, () => plainClient(server.url, { token: KEY })),
    );
    const refused = new UnadmittedConnection(server.url);
    await refused.closed;
    expect(refused.heard).toBe('');
    for (const { socket } of others) socket.disconnect();
  });
});

it('clients of a proxy are bounded by their own addresses', async () => {
  const proxied = await startTestServer({
    storage: 'memory',
    maxConnections: 10,
    maxConnectionsPerAddress: 2,
    trustedProxies: 1,
  });
  const clients: EngineIoSocket[] = [];
  for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.3']) {
    clients.push(await EngineIoSocket.admitted(proxied.url, '', { 'x-forwarded-for': address }));
  }
  expect(clients.map(({ heard }) => heard.length)).toEqual([2, 2, 2, 0, 2]);
  for (const client of clients) await client.close();
  await proxied.close();
});

it('clients that show their keys at once are admitted a few in each turn of the event loop', async () => {
  const turns: number[] = [];
  let inTurn = 0;
  const countTurn = (): void => {
    turns.push(inTurn);
    inTurn = 0;
  };
  const write = (line: string): void => {
    if (line.includes('client connected') && ++inTurn === 1) setImmediate(countTurn);
  };
  const counted = await startTestServer({ storage: 'memory', logger: pino({ level: 'debug' }, { write }) });
  const clients = await Promise.all(Array.from({ length: 40 }, () => EngineIoSocket.open(counted.url)));
  for (const { socket } of clients) socket.send('40');
  await Promise.all(clients.map(({ socket }) => once(socket, 'message')));
  expect(turns.reduce((sum, count) => sum + count)).toBe(40);
  // Those of two turns: the second begins before the first is counted.
  expect(Math.max(...turns)).toBeLessThanOrEqual(8);
  for (const client of clients) await client.close();
  await counted.close();
});
