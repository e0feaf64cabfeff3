import { beforeEach, describe, expect, it } from '@jest/globals';
import { Duplex } from 'node:stream';
import { DirectWebSocket } from './direct-web-socket.js';
import { FramePacket, type Fragment } from './frame-packet.js';

/** What was written to it, and nothing comes. */
class Stream extends Duplex {
  written = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString();
    done();
  }
  override _read(): void {
    // Nothing comes.
  }
}

const endOf = (stream: Duplex): DirectWebSocket => {
  const end = DirectWebSocket.of(stream);
  if (end === undefined) throw new Error('it was paired');
  return end;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const framesOf = (bytes: Uint8Array): Fragment[] => {
  const frames: Fragment[] = [];
  FramePacket.of('deliver:frame', ['logs', 'e', 1], [bytes]).sendTo({
    // Safe: nothing else is used.
    conn: {
      write: (_data: unknown, options: { wsPreEncodedFrame: Fragment }) =>
        frames.push(options.wsPreEncodedFrame),
    },
  } as never);
  return frames;
};

let near: Stream;
let far: Stream;
let sender: DirectWebSocket;
let receiver: DirectWebSocket;
let received: unknown[];
beforeEach(() => {
  [near, far] = [new Stream(), new Stream()];
  DirectWebSocket.pair(near, far);
  [sender, receiver] = [endOf(near), endOf(far)];
  received = [];
  receiver.on('message', (data) => received.push(data));
  receiver.on('fragment', (fragment) => received.push(fragment));
});

describe('what one end sends', () => {
  it('comes to the other as it is, in order', async () => {
    const bytes = new Uint8Array([1, 2]);
    for (const data of ['a', bytes, 'b']) sender.send(data);
    await turn();
    expect(received).toEqual(['a', bytes, 'b']);
  });

  it('does not come before whoever sends goes on', () => {
    sender.send('a');
    expect(received).toEqual([]);
  });

  it('is answered in its order when the other end answers at once', async () => {
    const answers: unknown[] = [];
    receiver.on('message', (data) => receiver.send(`${String(data)}!`));
    sender.on('message', (data) => answers.push(data));
    for (const data of ['a', 'b']) sender.send(data);
    await turn();
    expect(answers).toEqual(['a!', 'b!']);
  });

  it('comes as it is when it is encoded for the network', async () => {
    const [frame] = framesOf(new Uint8Array([1]));
    if (frame === undefined) throw new Error('it has one');
    sender._sender.sendFrame(frame);
    await turn();
    expect(received).toEqual([frame]);
  });

  it('comes as a text when Socket.IO broadcasts it', async () => {
    sender._sender.sendFrame([Buffer.from([0x81, 3]), Buffer.from('4é')]);
    await turn();
    expect(received).toEqual(['4é']);
  });

  it('is written when the other end has read it', async () => {
    receiver.pause();
    const order: string[] = [];
    sender.send('a', () => order.push('written'));
    await turn();
    order.push('resumed');
    receiver.resume();
    await turn();
    expect(order).toEqual(['resumed', 'written']);
  });
});

describe('an end that does not read', () => {
  it('has the other end count what it has not read', async () => {
    receiver.pause();
    sender.send('abc');
    sender.send(new Uint8Array(4));
    await turn();
    expect(sender.bufferedAmount).toBe(7);
  });

  it('gets what waits, in order, when it reads again', async () => {
    receiver.pause();
    for (const data of ['a', 'b']) sender.send(data);
    await turn();
    receiver.resume();
    sender.send('c');
    await turn();
    expect([received, sender.bufferedAmount]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('gets one message when the first makes it stop again', async () => {
    receiver.once('message', () => receiver.pause());
    for (const data of ['a', 'b']) sender.send(data);
    await turn();
    expect(received).toEqual(['a']);
  });
});

describe('an end whose stream is closed', () => {
  it('is closed once', async () => {
    let closed = 0;
    sender.on('close', () => closed++);
    sender.terminate();
    sender.close();
    await turn();
    expect([closed, sender.readyState]).toEqual([1, 3]);
  });

  it('gets nothing more', async () => {
    far.destroy();
    await turn();
    sender.send('a');
    await turn();
    expect([received, sender.bufferedAmount]).toEqual([[], 0]);
  });
});

it('asks for the upgrade by a request of WebSocket', () => {
  sender.askUpgrade('ws://127.0.0.1/socket.io/?EIO=4', { 'x-forwarded-for': '203.0.113.7' });
  expect(near.written).toBe(
    'GET /socket.io/?EIO=4 HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
      'x-forwarded-for: 203.0.113.7\r\n\r\n',
  );
});
