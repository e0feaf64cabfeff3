import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { Socket } from 'socket.io';
import { ConnectionCutoff, type ConnectionCut } from './connection-cutoff.js';

const KB = 1024;
const MB = 1024 * KB;

/** As much of an Engine.IO connection and its TCP socket as is looked at. */
class Connection extends EventEmitter {
  readonly cuts: ConnectionCut[] = [];
  readonly cutoff: ConnectionCutoff;
  readonly request = {
    socket: Object.assign(new EventEmitter(), { writableLength: 0, resetAndDestroy: () => this.resets++ }),
  };
  readonly transport = new EventEmitter();
  resets = 0;
  isClosed = false;
  maxUnsentBytes = 32 * MB;

  constructor() {
    super();
    // Safe: no other field is asked for.
    const engine = this as unknown as Socket['conn'];
    const { socket } = engine.request;
    this.cutoff = new ConnectionCutoff(engine, socket, (cut) => void this.cuts.push(cut));
  }

  close(): void {
    this.isClosed = true;
  }
  admit(): void {
    this.cutoff.admit({ client: 'me', principal: () => 'key:me', maxUnsentBytes: () => this.maxUnsentBytes });
  }
  read(bytes: number): void {
    this.request.socket.emit('data', { byteLength: bytes });
  }
  /** A packet that Engine.IO queues, since the socket is full. */
  queue(data: string | Uint8Array): void {
    this.emit('packetCreate', { type: 'message', data });
  }
  ping(): void {
    this.emit('packetCreate', { type: 'ping' });
  }
  pong(): void {
    this.emit('heartbeat');
  }
}

let connection: Connection;
const reasons = (): string[] => connection.cuts.map(({ reason }) => reason);

beforeEach(() => {
  connection = new Connection();
});

describe('a client that is not admitted', () => {
  it('may send 8 KiB, and is cut off once for more', () => {
    connection.read(8 * KB);
    expect(connection.resets).toBe(0);
    connection.read(1);
    connection.read(1);
    expect(connection.cuts).toEqual([{ reason: 'handshake_too_large', bytes: 8 * KB + 256 }]);
    expect(connection.resets).toBe(1);
  });

  it('may not send them byte by byte: each read costs memory', () => {
    for (let reads = 0; reads < 32; reads++) connection.read(1);
    expect(reasons()).toEqual([]);
    connection.read(1);
    expect(reasons()).toEqual(['handshake_too_large']);
  });

  it('is cut off when 32 KiB wait for it, pongs and errors included', () => {
    connection.request.socket.writableLength = 31 * KB;
    connection.queue('x'.repeat(KB));
    expect(reasons()).toEqual([]);
    connection.request.socket.writableLength++;
    connection.read(1);
    expect(connection.cuts).toEqual([{ reason: 'unread', bytes: 32 * KB + 1 }]);
  });

  it('is cut off when its time is over, and an admitted one is not', () => {
    connection.cutoff.expire();
    expect(reasons()).toEqual(['handshake_timeout']);
    connection = new Connection();
    connection.admit();
    connection.cutoff.expire();
    expect(reasons()).toEqual([]);
  });

  it('is not admitted after it was cut off', () => {
    connection.cutoff.expire();
    connection.admit();
    connection.queue(new Uint8Array(33 * MB));
    expect(connection.cuts).toHaveLength(1);
  });
});

describe('a client that is admitted', () => {
  beforeEach(() => connection.admit());

  it('may send as much as it likes', () => {
    for (let reads = 0; reads < 1_000; reads++) connection.read(64 * KB);
    expect(reasons()).toEqual([]);
  });

  it('is cut off, once, when more waits for it than may', () => {
    connection.request.socket.writableLength = 20 * MB;
    connection.queue(new Uint8Array(12 * MB));
    expect(reasons()).toEqual([]);
    connection.queue('xx');
    connection.queue('xx');
    const client = { client: 'me', principal: 'key:me' };
    expect(connection.cuts).toEqual([{ reason: 'unread', bytes: 32 * MB + 2, ...client }]);
    expect(connection.resets).toBe(1);
  });

  it('is written nothing after it was cut off', () => {
    connection.admit();
    connection.transport.on('ready', () => {
      throw new Error('written');
    });
    connection.cutoff.cut('not_waiting');
    connection.transport.emit('ready');
    expect(connection.isClosed).toBe(true);
  });

  it('may have as much wait as there is memory for', () => {
    connection.maxUnsentBytes = 3 * MB;
    connection.queue(new Uint8Array(3 * MB));
    expect(reasons()).toEqual([]);
    connection.queue('x');
    expect(reasons()).toEqual(['unread']);
  });

  it('is cut off for pongs that it was sent for pings and does not read', () => {
    connection.request.socket.writableLength = 32 * MB;
    connection.read(6);
    expect(reasons()).toEqual([]);
    connection.request.socket.writableLength++;
    connection.read(6);
    expect(reasons()).toEqual(['unread']);
  });

  it('that takes what it is given is never cut off', () => {
    for (let packets = 0; packets < 10; packets++) {
      connection.queue(new Uint8Array(24 * MB));
      connection.emit('flush');
      connection.request.socket.writableLength = 0;
    }
    expect(reasons()).toEqual([]);
  });

  it('may answer each ping, and is cut off for answers that nobody asked for', () => {
    for (let pings = 0; pings < 100; pings++) {
      connection.ping();
      connection.pong();
    }
    for (let spare = 0; spare < 16; spare++) connection.pong();
    expect(reasons()).toEqual([]);
    connection.pong();
    expect(reasons()).toEqual(['pongs']);
  });

  it('is cut off for packets without effect, as for such answers', () => {
    for (let packets = 0; packets < 100; packets++) connection.emit('packet', { type: 'message' });
    for (const type of ['open', 'close', 'upgrade', 'noop']) {
      for (let times = 0; times < 4; times++) connection.emit('packet', { type });
    }
    expect(reasons()).toEqual([]);
    connection.emit('packet', { type: 'noop' });
    expect(reasons()).toEqual(['pongs']);
  });

  it('is cut off when it announced an attachment, and only answers pings from then on', () => {
    const beat = (): void => {
      connection.ping();
      connection.pong();
    };
    connection.emit('data', '451-["publish:frame"]');
    beat();
    connection.emit('data', new Uint8Array(1));
    beat();
    beat();
    expect(reasons()).toEqual([]);
    connection.emit('data', '51-["publish:frame"]');
    beat();
    expect(reasons()).toEqual([]);
    beat();
    expect(reasons()).toEqual(['attachment_missing']);
  });
});
