import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { io } from 'socket.io-client';
import { Certificate } from './access/certificate.js';
import { firstPair, secondPair } from './access/certificates.fixture.js';
import { plainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };

let folder: string;
let files: { readonly certFile: string; readonly keyFile: string };
let lines: { readonly level: number; readonly msg: string; readonly [field: string]: unknown }[];
let server: TestServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  lines = [];
  await write(firstPair.cert, firstPair.key);
  server = await startTestServer({
    storage: 'memory',
    handshakeTimeoutMs: 500,
    maxConnections: 5,
    tls: await Certificate.open(files),
    // Safe: pino writes objects of this kind.
    logger: pino(
      { level: 'info' },
      { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) },
    ),
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const write = async (cert: string, key: string): Promise<void> => {
  await writeFile(files.certFile, cert);
  await writeFile(files.keyFile, key);
};
const port = (): number => Number(new URL(server.url).port);
const socketOf = async (options: object = {}): Promise<TLSSocket> => {
  const socket = connectTls({ host: '127.0.0.1', port: port(), ca: firstPair.cert, ...options });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
};
const subject = async (ca: string): Promise<string> => {
  const socket = await socketOf({ ca });
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
};

describe('a server with a certificate', () => {
  it('is reached by https, with the certificate as authority', async () => {
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const queue = connect(contract, { url: server.url, ca: firstPair.cert });
    const consumed = new Promise((resolve) => {
      queue.subscribe('files', { group: 'g' }, ({ payload }) => resolve(payload));
    });
    await queue.publish('files', 'save', save);
    expect(await consumed).toEqual(save);
    await queue.close();
  });

  it('is rejected permanently by a client that does not know the certificate', async () => {
    const queue = connect(contract, { url: server.url });
    queue.on('error', () => undefined);
    await expect(queue.publish('files', 'save', save)).rejects.toMatchObject({ code: 'server_untrusted' });
    await queue.close();
  });

  it('lets pages of its own origin in, whose scheme is https', async () => {
    const origin = (scheme: string) => ({
      ca: firstPair.cert,
      extraHeaders: { origin: `${scheme}://127.0.0.1:${port()}` },
    });
    const page = await plainClient(server.url, {}, origin('https'));
    page.socket.disconnect();
    await expect(plainClient(server.url, {}, origin('http'))).rejects.toThrow();
  });

  it('speaks TLS 1.2 or later', async () => {
    const socket = await socketOf({ maxVersion: 'TLSv1.2' });
    expect(socket.getProtocol()).toBe('TLSv1.2');
    socket.destroy();
    const older = socketOf({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(older).rejects.toThrow();
  });

  it('takes another pair when it reads its files again, and keeps its connections', async () => {
    const before = await plainClient(server.url, {}, { ca: firstPair.cert });
    await write(secondPair.cert, secondPair.key);
    await server.reload();
    expect(await subject(secondPair.cert)).toBe('second');
    await before.value('queues');
    before.socket.disconnect();
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 30, subject: 'CN=second', msg: 'the TLS certificate was read again' }),
    );
  });

  it('keeps the former pair when the other does not fit, and says why', async () => {
    await write(secondPair.cert, firstPair.key);
    await server.reload();
    expect(await subject(firstPair.cert)).toBe('first');
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 50,
        msg: 'the TLS certificate could not be read again: the former one stays',
        err: expect.objectContaining({ message: expect.stringContaining('does not belong') }),
      }),
    );
  });

  it.each([
    ['begins no TLS', async () => connectTcp(port(), '127.0.0.1')],
    ['sends no request', () => socketOf()],
    [
      'does not go on after its upgrade',
      async () => {
        const socket = await socketOf();
        const headers = ['Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade'];
        const key = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
        const request = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', ...headers, ...key, '', ''];
        socket.write(request.join('\r\n'));
        return socket;
      },
    ],
  ])('closes a connection that %s', async (_, open) => {
    const socket = await open();
    socket.resume();
    socket.on('error', () => undefined);
    if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve));
    expect(socket.destroyed).toBe(true);
  });

  it('cuts off who sends more than a handshake', async () => {
    const options = { transports: ['websocket'], reconnection: false, ca: firstPair.cert };
    const { io: manager } = io(server.url, { ...options, auth: { token: 'x'.repeat(20_000) } });
    await new Promise<void>((resolve) => manager.on('close', () => resolve()));
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'a client sent more than a handshake before it was admitted, and was cut off',
      }),
    );
  });

  it('lets clients in while others only wait, and counts each connection once', async () => {
    const waiting = Array.from({ length: 20 }, () => connectTcp(port(), '127.0.0.1'));
    for (const socket of waiting) socket.on('error', () => undefined);
    await Promise.all(waiting.map((socket) => once(socket, 'connect')));
    const clients = [];
    for (let n = 0; n < 5; n++) clients.push(await plainClient(server.url, {}, { ca: firstPair.cert }));
    await expect(plainClient(server.url, {}, { ca: firstPair.cert })).rejects.toThrow();
    for (const { socket } of clients) socket.disconnect();
    for (const socket of waiting) socket.destroy();
  });

  it('does not wait for a connection that begins no TLS when it closes', async () => {
    const patient = await startTestServer({
      storage: 'memory',
      handshakeTimeoutMs: 60_000,
      tls: await Certificate.open(files),
    });
    const silent = connectTcp(Number(new URL(patient.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    await patient.close();
    if (!silent.closed) await once(silent.resume(), 'close');
    expect(silent.destroyed).toBe(true);
  });
});
