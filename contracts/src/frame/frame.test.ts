import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_FRAME_MESSAGES } from '../limits.js';
import { asJson, draftOf, numbered, numberedDrafts, plans } from './drafts.fixture.js';
import { encodeFrame } from './encode.js';
import { frameAt } from './frame.js';
import { keyHash } from './key-hash.js';
import { KIND } from './layout.js';
import { messagesText, readMessages } from './messages.js';
import { hasId, openFrame } from './open.js';
import { rawFrame } from './raw-frame.fixture.js';
import { NIL_UUID } from './uuid.js';

const stamp = { firstSeq: 41, time: 1_700_000_000_000, durableOffset: 2 ** 40 };
const producer = '0189aaaa-bbbb-7ccc-8ddd-eeeeffff0001';

describe('a frame', () => {
  it('returns every message that was packed', () => {
    fc.assert(
      fc.property(plans, (plans) => {
        const frame = openFrame(encodeFrame(plans.map(draftOf)).bytes);
        frame.stamp(stamp);
        expect(readMessages(openFrame(frame.bytes), 'q')).toEqual(
          plans.map((plan, index) => ({
            id: plan.id,
            queue: 'q',
            event: plan.event,
            payload: asJson(plan.payload),
            headers: plan.headers,
            seq: 41 + index,
            time: stamp.time,
          })),
        );
      }),
    );
  });

  it('is the text of its messages as well, whole or in part, with no text changed', () => {
    fc.assert(
      fc.property(plans, fc.nat(12), (plans, from) => {
        const frame = openFrame(encodeFrame(plans.map(draftOf)).bytes);
        frame.stamp(stamp);
        const messages = readMessages(frame, 'q', Math.min(from, plans.length));
        expect(JSON.parse(`[${messagesText(frame, 'q', from)}]`)).toEqual(messages);
      }),
    );
  });

  it('has no messages after its last, also when its bytes end with their memory', () => {
    const frame = openFrame(Uint8Array.from(encodeFrame(numberedDrafts(2)).bytes));
    expect(readMessages(frame, 'q', 2)).toEqual([]);
  });

  it('returns each text and table entry', () => {
    fc.assert(
      fc.property(plans, (plans) => {
        const drafts = plans.map(draftOf);
        const frame = openFrame(encodeFrame(drafts).bytes);
        expect(frame.count).toBe(drafts.length);
        drafts.forEach((draft, index) => {
          expect(frame.id(index)).toBe(draft.id);
          expect(frame.event(index)).toBe(draft.event);
          expect(frame.payloadText(index)).toBe(draft.payload);
          expect(frame.headersText(index)).toBe(draft.headers);
          expect(frame.keyHash(index)).toBe(draft.key === undefined ? 0 : keyHash(draft.key));
          expect(frame.publishedIndex(index)).toBe(index);
        });
        const texts = drafts.map(({ headers, payload }) => (headers ? `${headers},${payload}` : payload));
        expect(frame.texts()).toBe(texts.join());
      }),
    );
  });

  it('keeps no decoded texts after the text for consumers was made', () => {
    const frame = openFrame(encodeFrame(numberedDrafts(1)).bytes);
    messagesText(frame, 'q');
    frame.bytes.fill(' '.charCodeAt(0), frame.textStart(0));
    expect(frame.payloadText(0)).toMatch(/^ +$/);
  });

  it('holds as many messages as it may, each with its size', () => {
    const frame = openFrame(encodeFrame(numberedDrafts(MAX_FRAME_MESSAGES)).bytes);
    const sizes = numberedDrafts(MAX_FRAME_MESSAGES).map((_, index) => frame.size(index));
    expect(readMessages(frame, 'q').map(({ payload }) => payload)).toEqual(
      Array.from({ length: MAX_FRAME_MESSAGES }, (_, number) => ({ number })),
    );
    // One comma less than messages.
    expect(frame.header.headerLength + sizes.reduce((sum, size) => sum + size) - 1).toBe(
      frame.bytes.byteLength,
    );
  });

  it('holds texts that are long, in one byte a character and in more', () => {
    for (const letter of ['a', 'é', '€', '😀']) {
      const drafts = [1, 2].map((number) => numbered(number, { payload: `"${letter.repeat(20_000)}"` }));
      const frame = openFrame(encodeFrame(drafts).bytes);
      expect(frame.payloadText(1)).toBe(drafts[1]?.payload);
    }
  });

  it('replaces half a character that a text holds as it is', () => {
    const frame = openFrame(encodeFrame([numbered(0, { payload: '"\ud800"' }), numbered(1)]).bytes);
    expect(frame.payloadText(0)).toBe('"\ufffd"');
    expect(frame.payloadText(1)).toBe('{"number":1}');
  });

  it('carries its origin and no stamps', () => {
    const { header } = openFrame(encodeFrame([numbered(0), numbered(2)], { producer, firstNumber: 7 }).bytes);
    expect(header).toMatchObject({ kind: KIND.messages, producer, firstNumber: 7, count: 2, published: 2 });
    expect(header).toMatchObject({ firstSeq: 0, time: 0, durableOffset: 0, events: ['even'] });
  });

  it('knows which messages have an id', () => {
    const last = '00000000-0000-0000-0000-000000000001';
    const frame = openFrame(encodeFrame([numbered(0, { id: NIL_UUID }), numbered(1, { id: last })]).bytes);
    expect([0, 1].map((index) => hasId(frame, index))).toEqual([false, true]);
  });

  it('has no producer unless it is named', () => {
    expect(encodeFrame([numbered(0)]).header.producer).toBe(NIL_UUID);
  });

  it('is laid out as its description says', () => {
    const bytes = rawFrame({
      names: ['a', 'bc'],
      entries: [{ end: 9, headersLength: 7, event: 1 }, { end: 11 }],
      texts: '{"k":1},2,3',
    });
    const frame = openFrame(bytes);
    expect(frame.header.events).toEqual(['a', 'bc']);
    expect(frame.event(0)).toBe('bc');
    expect(frame.headersText(0)).toBe('{"k":1}');
    expect(frame.payloadText(0)).toBe('2');
    expect(frame.event(1)).toBe('a');
    expect(frame.headersText(1)).toBeUndefined();
    expect(frame.payloadText(1)).toBe('3');
    expect(frame.id(1)).toBe('02020202-0202-0202-0202-020202020202');
  });
});

describe('a stamp', () => {
  it('is read back, and changes no byte after the header', () => {
    fc.assert(
      fc.property(
        fc.record({ firstSeq: fc.maxSafeNat(), time: fc.maxSafeNat(), durableOffset: fc.maxSafeNat() }),
        (stamp) => {
          const frame = encodeFrame(numberedDrafts(3), { producer, firstNumber: 2 });
          const before = Uint8Array.from(frame.bytes.subarray(frame.header.headerLength));
          frame.stamp(stamp);
          const { header } = openFrame(frame.bytes);
          expect(header).toEqual(frame.header);
          expect(header).toMatchObject({ ...stamp, producer, firstNumber: 2 });
          expect(Uint8Array.from(frame.bytes.subarray(header.headerLength))).toEqual(before);
        },
      ),
    );
  });

  it('numbers the messages', () => {
    const frame = encodeFrame(numberedDrafts(3));
    frame.stamp(stamp);
    expect(frame.firstSeq).toBe(41);
    expect(frame.lastSeq).toBe(43);
  });
});

describe('frames back to back', () => {
  it('are found one after the other', () => {
    const frames = [1, 5, 2].map((count) => encodeFrame(numberedDrafts(count)).bytes);
    const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]));
    const counts: number[] = [];
    for (let at = 0; at < bytes.byteLength;) {
      const found = frameAt(bytes, at);
      if (found.kind !== 'frame') throw new Error(found.kind);
      counts.push(found.frame.count);
      at += found.frame.header.length;
    }
    expect(counts).toEqual([1, 5, 2]);
    expect(frameAt(bytes, bytes.byteLength)).toEqual({ kind: 'cut' });
  });
});
