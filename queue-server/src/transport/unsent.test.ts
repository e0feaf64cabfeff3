import { describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import type { Socket } from 'socket.io';
import { plainClient } from '../plain-client.fixture.js';
import { startTestServer } from '../testing.js';
import { boundUnsent } from './unsent.js';

const MB = 1024 * 1024;

/** As much of an Engine.IO connection as is looked at. */
class Connection extends EventEmitter {
  readonly transport = { writable: true };
  readonly cuts: number[] = [];
  mayWait = 32 * MB;
  closed = 0;
  request = { socket: { destroy: () => this.close() } };

  constructor() {
    super();
    // Safe: no other field is asked for.
    const engine = this as unknown as Socket['conn'];
    boundUnsent(
      engine,
      () => this.mayWait,
      (bytes) => void this.cuts.push(bytes),
    );
  }
  close(): void {
    this.closed++;
  }
  /** Writes packets of these sizes; what can be is given to the socket at once. */
  write(...packets: readonly (string | Uint8Array)[]): void {
    for (const data of packets) this.emit('packetCreate', { data });
    if (!this.transport.writable) return;
    this.emit('flush');
    this.transport.writable = false;
  }
  /** The socket took everything that it was given, and is given what waited. */
  taken(): void {
    this.transport.writable = true;
    this.write();
  }
}

describe('a connection', () => {
  it('is cut off, once, when more waits for it than may', async () => {
    const connection = new Connection();
    connection.write('x'.repeat(20 * MB));
    connection.write(new Uint8Array(12 * MB));
    await Promise.resolve();
    expect([connection.cuts, connection.closed]).toEqual([[], 0]);
    connection.write('xx');
    connection.write('xx');
    expect(connection.closed).toBe(0);
    await Promise.resolve();
    expect([connection.cuts, connection.closed]).toEqual([[32 * MB + 2], 2]);
  });

  it('is cut off at the next packet when less may wait than before', () => {
    const connection = new Connection();
    connection.write(new Uint8Array(10 * MB));
    connection.mayWait = 5 * MB;
    expect(connection.cuts).toEqual([]);
    connection.write('x');
    expect(connection.cuts).toEqual([10 * MB + 1]);
  });

  it('that takes what it is given is never cut off', () => {
    const connection = new Connection();
    for (let packets = 0; packets < 10; packets++) {
      connection.write(new Uint8Array(16 * MB));
      connection.write(new Uint8Array(8 * MB));
      connection.taken();
      connection.taken();
    }
    expect(connection.cuts).toEqual([]);
  });
});

it('a client that does not read its answers is cut off, and this is logged', async () => {
  const warnings: unknown[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => warnings.push(JSON.parse(line)) });
  const server = await startTestServer({ storage: 'memory', logger });
  const client = await plainClient(server.url);
  const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
  // Safe: in Node the transport of this client stands on a WebSocket of `ws`, and that on a socket.
  const { ws } = client.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
  ws.pause();
  const wrong = Array.from({ length: 4_096 }, () => 1);
  while (warnings.length === 0) {
    client.socket.emit('publish', 'files', wrong, () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
  ws.resume();
  await gone;
  expect(warnings).toMatchObject([
    { level: 40, client: expect.any(String), msg: 'a client does not read what it is sent, and was cut off' },
  ]);
  const other = await plainClient(server.url);
  expect(await other.value('queues')).toHaveLength(2);
  other.socket.disconnect();
  await server.close();
});
