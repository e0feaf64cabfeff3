import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { PacedReader } from './paced-reader.js';
import { readerOf } from './socket-readers.js';

/** Of one message on the wire: about as long as a control request. */
const MESSAGE_BYTES = 40;

/** As much of a WebSocket as is looked at: every 40 bytes are a message. */
class Receiver extends EventEmitter {
  isPaused = false;
  bytes = 0;
  messages = 0;

  receive(bytes: number): void {
    this.bytes += bytes;
    for (; (this.messages + 1) * MESSAGE_BYTES <= this.bytes; this.messages++) this.emit('message');
  }
}

let ws: Receiver;
let socket: Duplex;
let slices: number[];
let turns: (() => void)[];
let nowMs: number;
let reader: PacedReader;

beforeEach(() => {
  [ws, slices, turns, nowMs] = [new Receiver(), [], [], 0];
  socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  socket.on('data', ({ byteLength }: Uint8Array) => {
    slices.push(byteLength);
    ws.receive(byteLength);
  });
  reader = new PacedReader(ws, socket, { nextTurn: (run) => turns.push(run), now: () => nowMs });
  reader.start();
});

/** The system read this from the connection at once. */
const arrive = async (bytes: number): Promise<void> => {
  socket.push(new Uint8Array(bytes));
  await settled();
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Runs one turn. Returns how many messages it brought. */
const turn = async (): Promise<number> => {
  const before = ws.messages;
  turns.shift()?.();
  await settled();
  return ws.messages - before;
};

describe('a read of 1,000 small messages', () => {
  it('is handled in turns of at most about 100, and whole in the end', async () => {
    await arrive(1_000 * MESSAGE_BYTES);
    const counts = [ws.messages];
    while (turns.length > 0) counts.push(await turn());
    expect(Math.max(...counts)).toBeLessThan(110);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1_000);
  });

  it('is handled in one piece of work a turn, whatever arrives meanwhile', async () => {
    await arrive(1_000 * MESSAGE_BYTES);
    const before = ws.messages;
    await arrive(MESSAGE_BYTES);
    expect([ws.messages, turns.length]).toEqual([before, 1]);
  });

  it('ends before the end of the stream', async () => {
    let ended = 0;
    socket.on('end', () => (ended = ws.messages));
    await arrive(1_000 * MESSAGE_BYTES);
    socket.push(null);
    while (turns.length > 0) await turn();
    expect(ended).toBe(1_000);
  });
});

describe('a connection', () => {
  it('with few messages waits for no turn', async () => {
    await arrive(20 * MESSAGE_BYTES);
    await arrive(MESSAGE_BYTES);
    expect([ws.messages, turns.length]).toEqual([21, 0]);
  });

  it('with large messages is read without slices, once a turn', async () => {
    ws.removeAllListeners('message');
    await arrive(64 * 1_024);
    while (turns.length > 0) await turn();
    slices.length = 0;
    await arrive(64 * 1_024);
    await arrive(64 * 1_024);
    expect(slices).toEqual([64 * 1_024]);
    await turn();
    expect(slices).toEqual([64 * 1_024, 64 * 1_024]);
  });

  it('is read less in each turn while turns are long, and more again when they are not', async () => {
    await arrive(3_000 * MESSAGE_BYTES);
    const counts: number[] = [];
    for (const ms of [50, 50, 50, 50, 50, 1, 1, 1, 1, 1]) {
      nowMs += ms;
      counts.push(await turn());
    }
    expect(counts[4]).toBeLessThan(30);
    expect(counts[9]).toBeGreaterThan(40);
  });

  it('that is paused is read when it resumes, and no sooner', async () => {
    ws.isPaused = true;
    await arrive(MESSAGE_BYTES);
    expect(ws.messages).toBe(0);
    ws.isPaused = false;
    socket.resume();
    await settled();
    expect(ws.messages).toBe(1);
  });

  it('that is paused between two turns stays unread', async () => {
    await arrive(1_000 * MESSAGE_BYTES);
    ws.isPaused = true;
    expect(await turn()).toBe(0);
    ws.isPaused = false;
    socket.resume();
    await settled();
    expect(turns).toHaveLength(1);
  });
});

describe('a reader that is held', () => {
  it('reads nothing until it is released', async () => {
    reader.hold();
    await arrive(10 * MESSAGE_BYTES);
    expect(ws.messages).toBe(0);
    reader.release();
    expect(await turn()).toBe(10);
  });

  it('is found by the socket that it reads', () => {
    expect(readerOf(socket)).toBe(reader);
  });
});
