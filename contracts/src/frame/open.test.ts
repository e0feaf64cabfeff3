import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_FRAME_BYTES, MAX_FRAME_MESSAGES } from '../limits.js';
import { encodeFrame } from './encode.js';
import { frameAt } from './frame.js';
import { openFrame } from './open.js';
import { numberedDrafts } from './drafts.fixture.js';
import { rawFrame, type RawFrame } from './raw-frame.fixture.js';
import { refusal } from './refusal.fixture.js';

const two = { entries: [{ end: 1 }, { end: 3 }], texts: '1,2' } as const;
const beyond = 2 ** 32 - 1;

/** What a sender can claim with checksums that are right, and why it is refused. */
const hostile: readonly (readonly [string, RawFrame, string])[] = [
  [
    'ends out of order',
    { entries: [{ end: 3 }, { end: 1 }], texts: '1,2' },
    'message 1 ends in a wrong place',
  ],
  [
    'ends that overlap',
    { entries: [{ end: 3 }, { end: 3 }], texts: '1,2' },
    'message 1 ends in a wrong place',
  ],
  ['an end beyond the frame', { entries: [{ end: 2 }] }, 'message 0 ends in a wrong place'],
  ['the greatest end', { entries: [{ end: beyond }] }, 'message 0 ends in a wrong place'],
  ['an end beyond the frame, later', { ...two, entries: [{ end: 1 }, { end: beyond }] }, 'message 1 ends'],
  ['a text without bytes', { entries: [{ end: 0 }, { end: 2 }], texts: ',1' }, 'message 0 ends'],
  ['a last text without bytes', { entries: [{ end: 1 }, { end: 2 }], texts: '1,' }, 'message 1 ends'],
  ['headers without a payload', { entries: [{ end: 2, headersLength: 2 }], texts: '{}' }, 'message 0 ends'],
  ['headers and no payload', { entries: [{ end: 3, headersLength: 2 }], texts: '{},' }, 'message 0 ends'],
  ['headers beyond the frame', { entries: [{ end: 1, headersLength: 0xffff }] }, 'message 0 ends'],
  [
    'headers into the next',
    { ...two, entries: [{ end: 1, headersLength: 1 }, { end: 3 }] },
    'message 0 ends',
  ],
  ['no comma after headers', { entries: [{ end: 4, headersLength: 2 }], texts: '{};1' }, 'after its headers'],
  ['no comma between', { ...two, texts: '1;2' }, 'message 0 has no comma after it'],
  ['no comma after the last', { texts: '1;2' }, 'message 0 has no comma after it'],
  ['texts of no message', { texts: '1,2' }, 'there are texts after its last message'],
  ['a comma of no message', { texts: '1,' }, 'there are texts after its last message'],
  ['an event without a name', { entries: [{ end: 1, event: 1 }] }, 'message 0 has no event'],
  ['an event when none is named', { names: [] }, 'message 0 has no event'],
  ['the first reserved byte', { entries: [{ end: 1, event: 0x100 }] }, 'message 0 has no event'],
  ['the last reserved byte', { entries: [{ end: 1, event: 0x1000000 }] }, 'message 0 has no event'],
  [
    'an index twice',
    {
      ...two,
      entries: [
        { end: 1, index: 1 },
        { end: 3, index: 1 },
      ],
    },
    'a wrong index',
  ],
  [
    'indexes that fall',
    {
      ...two,
      entries: [
        { end: 1, index: 1 },
        { end: 3, index: 0 },
      ],
    },
    'a wrong index',
  ],
  ['an index never published', { entries: [{ end: 1, index: 1 }] }, 'message 0 has a wrong index'],
  ['no message', { entries: [], texts: '' }, 'it carries no message'],
  ['a count of none', { count: 0 }, 'it carries no message'],
  ['a count beyond the table', { count: 2, published: 2 }, 'its table does not fit'],
  [
    'the greatest count allowed',
    { count: MAX_FRAME_MESSAGES, published: MAX_FRAME_MESSAGES },
    'does not fit',
  ],
  ['a count over the limit', { count: MAX_FRAME_MESSAGES + 1, published: beyond }, 'too many messages'],
  ['the greatest count', { count: beyond, published: beyond }, 'too many messages'],
  ['too many published', { published: MAX_FRAME_MESSAGES + 1 }, 'too many messages'],
  ['more than published', { ...two, published: 1 }, 'more messages than were published'],
  ['the index of a segment', { kind: 1 }, 'it does not carry messages'],
  ['an unknown kind', { kind: 2 }, 'its kind is unknown'],
  ['another version', { version: 2 }, 'their version is 2'],
  ['another magic', { magic: 0x5155 }, 'it does not begin like a frame'],
  ['no header', { headerLength: 0 }, 'its header is too short'],
  ['a header that ends too early', { headerLength: 76 }, 'its header is too short'],
  ['a header that ends in its names', { headerLength: 78 }, 'do not fill its header'],
  ['a header that is too long', { headerLength: 80 }, 'do not fill its header'],
  ['a header beyond the frame', { headerLength: 1000 }, 'they end too early'],
  ['the greatest header', { headerLength: beyond }, 'its header is too long'],
  ['a length within the header', { length: 78 }, 'it is shorter than its header'],
  ['a length of none', { length: 0 }, 'it is shorter than its header'],
  ['a length within the messages', { length: 100 }, 'the checksum of its messages does not match'],
  ['a length beyond the bytes', { length: 1000 }, 'they end too early'],
  ['the greatest length', { length: beyond }, 'they end too early'],
  ['more names than there are', { nameCount: 2 }, 'do not fill its header'],
  ['fewer names than there are', { nameCount: 0 }, 'do not fill its header'],
  ['a name beyond the header', { nameBytes: Uint8Array.of(9, 0x65), nameCount: 1 }, 'do not fill its header'],
  ['a name without bytes left', { nameBytes: Uint8Array.of(), nameCount: 1 }, 'do not fill its header'],
  [
    'a name after the last byte',
    { names: [], nameCount: 1, entries: [], texts: '' },
    'do not fill its header',
  ],
  ['a seq beyond 2^53', { firstSeq: 2n ** 53n }, 'a number is too large'],
  ['a time beyond 2^53', { time: 2n ** 64n - 1n }, 'a number is too large'],
  ['an offset beyond 2^53', { durableOffset: 2n ** 63n }, 'a number is too large'],
  ['a producer number beyond 2^53', { firstNumber: 2n ** 53n }, 'a number is too large'],
  ['a byte that is no text', { texts: Uint8Array.of(0xff) }, 'its texts are not UTF-8'],
  ['half a character', { texts: Uint8Array.of(0xc3) }, 'its texts are not UTF-8'],
  ['a longer form than needed', { texts: Uint8Array.of(0xc0, 0x80), entries: [{ end: 2 }] }, 'not UTF-8'],
  ['half a surrogate pair', { texts: Uint8Array.of(0xed, 0xa0, 0x80), entries: [{ end: 3 }] }, 'not UTF-8'],
  [
    'a character cut by an end',
    { texts: Uint8Array.of(0xc3, 0x2c, 0xa9), entries: [{ end: 1 }, { end: 3 }] },
    'not UTF-8',
  ],
];

describe('opening a frame', () => {
  it('takes one that is right', () => {
    expect(openFrame(rawFrame()).payloadText(0)).toBe('1');
    expect(openFrame(rawFrame(two)).count).toBe(2);
  });

  it.each(hostile)('refuses %s', (_, raw, why) => {
    const error = refusal(rawFrame(raw));
    expect(error).toMatchObject({ code: 'frame_invalid', retryable: false });
    expect(error?.details.why).toContain(why);
  });

  it('refuses bytes after its end', () => {
    const error = refusal(Uint8Array.of(...rawFrame(), 0));
    expect(error?.details.why).toBe('there are bytes after its end');
  });

  it('refuses what is over the limit, and takes what is not', () => {
    const filled = (length: number): Uint8Array => {
      const end = length - (rawFrame().byteLength - 1);
      return rawFrame({ entries: [{ end }], texts: '1'.repeat(end) });
    };
    expect(refusal(filled(MAX_FRAME_BYTES))).toBeUndefined();
    expect(refusal(filled(MAX_FRAME_BYTES + 1))).toMatchObject({
      code: 'frame_too_large',
      details: { bytes: MAX_FRAME_BYTES + 1, limit: MAX_FRAME_BYTES },
    });
  });

  it('never throws anything else, whatever a table says', () => {
    const number = fc.oneof(fc.nat(12), fc.constantFrom(0xff, 0x100, 0xffff, 2 ** 31, beyond));
    const entry = fc.record({
      end: number,
      headersLength: number.map((value) => value & 0xffff),
      index: number.map((value) => value & 0xffff),
      event: number,
    });
    const raw = fc.record(
      {
        entries: fc.array(entry, { maxLength: 3 }),
        texts: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom('1', '1,2', '{},1', '1,2,3')),
        count: number,
        published: number,
        nameCount: number.map((value) => value & 0xff),
        headerLength: fc.oneof(number, fc.constantFrom(77, 79, 80)),
        length: fc.oneof(number, fc.integer({ min: 70, max: 200 })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (raw) => {
        const error = refusal(rawFrame(raw));
        if (error !== undefined) expect(error.code).toBe('frame_invalid');
      }),
      { numRuns: 1000 },
    );
  });

  it('reads only its own part of a larger memory', () => {
    const { bytes } = encodeFrame(numberedDrafts(2));
    const memory = new Uint8Array(bytes.byteLength + 20).fill(0x2c);
    memory.set(bytes, 10);
    expect(openFrame(memory.subarray(10, 10 + bytes.byteLength)).payloadText(1)).toBe('{"number":1}');
    expect(refusal(memory.subarray(10, 9 + bytes.byteLength))?.code).toBe('frame_invalid');
    expect(openFrame(Buffer.from(memory.buffer, 10, bytes.byteLength)).count).toBe(2);
    expect(frameAt(memory, 10)).toMatchObject({ kind: 'frame' });
  });
});
