import { describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import { plainClient } from '../plain-client.fixture.js';
import { bytesOf, readProtocolDocument } from './document.fixture.js';
import { handMadeCrc, handMadeFrame, handMadeHash, readFrames, type HandMade } from './frame.fixture.js';
import { served } from '../served.fixture.js';

const PRODUCER = '0198f3c5-5a1e-7c00-8000-0000000000aa';
const document = await readProtocolDocument();
const example = document.blocks.find(({ language }) => language === 'hex');
const now = served();

const save = (n: number, more: Partial<HandMade> = {}): HandMade => ({
  id: `0198f3c5-5a1e-7c00-8000-${String(n).padStart(12, '0')}`,
  event: 'save',
  payload: `{"path":"/Zoë ${n}","bytes":${n},"sha256":"ab","durationMs":1}`,
  ...more,
});
const failed = (n: number): HandMade =>
  save(n, { event: 'error', payload: '{ "path": "/", "operation": "read", "code": "", "message": "" }' });
const keyed = (n: number, key: string): HandMade => save(n, { headers: JSON.stringify({ key }), key });
const publish = (bytes: Buffer): Promise<unknown> => now.client.value('publish:frame', 'files', bytes);

/** The header and the messages of the first binary event of a name. */
const firstOf = (socket: Socket, event: string): Promise<{ header: unknown; messages: unknown[] }> =>
  new Promise((resolve) => {
    socket.once(event, (header: unknown, bytes: Buffer) => resolve({ header, messages: readFrames(bytes) }));
  });

describe('what docs/protocol.md says of the layout of a frame', () => {
  it('makes the bytes of its example', () => {
    const made = handMadeFrame(
      [
        {
          id: '0198f3c5-5a1e-7c00-8000-0000000000f1',
          event: 'save',
          payload: '{"path":"/notes.txt","bytes":7,"sha256":"5891","durationMs":1}',
          headers: '{"key":"/notes.txt"}',
          key: '/notes.txt',
        },
      ],
      PRODUCER,
      1,
    );
    expect(made.toString('hex')).toBe(example && bytesOf(example).toString('hex'));
  });

  it('has its examples of checksums and hashes', () => {
    const hex = (value: number) => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
    for (const [text, value] of [
      ['Of the ASCII text `123456789` it is', handMadeCrc(Buffer.from('123456789'))],
      ['Of `/notes.txt` it is', handMadeHash('/notes.txt')],
      ['of `Zoë 🚲` it is', handMadeHash('Zoë 🚲')],
    ] as const) {
      expect(document.text.replaceAll(/\s+/g, ' ')).toContain(`${text} \`${hex(value)}\``);
    }
  });
});

describe('a client that makes its frames by hand', () => {
  it('publishes several messages, and counts the seqs from one receipt', async () => {
    await publish(handMadeFrame([save(1)], PRODUCER, 1));
    const wrong = save(3, { payload: '{}' });
    const frame = handMadeFrame([save(2), wrong, save(1), keyed(4, 'Zoë 🚲'), failed(5)], PRODUCER, 2);
    expect(await publish(frame)).toMatchObject({
      firstSeq: 2,
      refused: [{ index: 1, error: { code: 'payload_invalid', retryable: false } }],
      duplicates: [{ index: 2, seq: 1 }],
    });
    const replayed = firstOf(now.client.socket, 'replay:frame');
    await now.client.value('tail', { subscription: 't', queue: 'files', from: 'start', form: 'frame' });
    const { key: _key, ...fourth } = keyed(4, 'Zoë 🚲');
    expect((await replayed).messages).toEqual(
      [save(1), save(2), fourth, failed(5)].map((message, place) => {
        return { ...message, seq: place + 1, time: expect.any(Number) };
      }),
    );
  });

  it('resends a frame, also after a restart and after many others, and it is stored once', async () => {
    const first = handMadeFrame([save(1), failed(2)], PRODUCER, 1);
    const receipt = { firstSeq: 1, duplicates: [] };
    expect(await publish(first)).toMatchObject(receipt);
    for (let n = 3; n < 66; n++) await publish(handMadeFrame([save(n)], PRODUCER, n));
    await now.stop();
    await now.start();
    expect(await publish(first)).toMatchObject({
      refused: [],
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    });
  });

  it('is refused when the hash is not that of the key', async () => {
    const frame = handMadeFrame([keyed(1, 'a'), { ...keyed(2, 'a'), key: 'b' }], PRODUCER, 1);
    expect(await publish(frame)).toMatchObject({
      firstSeq: 1,
      refused: [{ index: 1, error: { code: 'message_invalid' } }],
    });
  });

  it('reads grants with their attempts', async () => {
    await publish(handMadeFrame([save(1), save(2)], PRODUCER, 1));
    await publish(handMadeFrame([failed(3)], PRODUCER, 3));
    const member = await plainClient(now.server.url);
    const granted = firstOf(member.socket, 'grant:frame');
    const subscribe = { subscription: 's', queue: 'files', group: 'g', form: 'frame' };
    await member.value('subscribe', subscribe);
    const { header, messages } = await granted;
    expect(header).toMatchObject({ subscription: 's', attempts: [] });
    expect(messages).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3, event: 'error' }]);
    const again = firstOf(member.socket, 'grant:frame');
    const { token } = header as { token: number };
    const retry = { kind: 'retry', delayMs: 0 };
    await member.value('settle', 's', [{ token, outcome: retry, ranges: [[2, 3]] }]);
    const { header: next, messages: back } = await again;
    expect(back).toMatchObject([
      { seq: 2, id: save(2).id },
      { seq: 3, id: failed(3).id },
    ]);
    const { attempts } = next as { attempts: [number, number, number][] };
    for (const seq of [2, 3]) {
      expect(attempts.find(([from, to]) => from <= seq && seq <= to)?.[2]).toBe(2);
    }
    member.socket.disconnect();
  });
});
