import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../testing.js';
import { UnadmittedConnection } from './unadmitted-connections.fixture.js';

let server: TestServer;

beforeEach(async () => {
  server = await startTestServer({ storage: 'memory', handshakeTimeoutMs: 300 });
});
afterEach(() => server.close());

describe('a connection is closed that', () => {
  it.each([
    ['sends nothing', ''],
    ['sends half a request', 'GET /livez HTTP/1.1\r\nHost: x\r\n'],
    ['sends half a body', 'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf'],
    [
      'asks for an upgrade and does not go on',
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    ],
    ['sends more headers than it may', `GET /livez HTTP/1.1\r\nX: ${'x'.repeat(17 * 1024)}\r\n\r\n`],
    ['sends no HTTP', 'hello\r\n\r\n'],
  ])('%s', async (_, sent) => {
    const connection = await new UnadmittedConnection(server.url).connected();
    if (sent !== '') connection.socket.write(sent);
    await connection.closed;
  });

  it('sends a request slowly', async () => {
    const connection = await new UnadmittedConnection(server.url).connected();
    const text = 'GET /livez HTTP/1.1\r\nX: ';
    connection.socket.write(text);
    let sent = 0;
    const drip = setInterval(() => connection.socket.write('x', () => sent++), 5);
    await connection.closed;
    clearInterval(drip);
    expect(connection.heard).toMatch(/^HTTP\/1.1 408 /);
  });

  it('does not take its answers', async () => {
    const connection = await new UnadmittedConnection(server.url).connected();
    connection.socket.pause();
    const requests = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000);
    const flood = setInterval(() => connection.socket.write(requests), 5);
    await connection.closed;
    clearInterval(flood);
  });
});
