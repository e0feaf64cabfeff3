import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { draftOf, numberedDrafts, plans } from './drafts.fixture.js';
import { encodeFrame } from './encode.js';
import type { Frame } from './frame.js';
import { readMessages } from './messages.js';
import { openFrame } from './open.js';
import { pickFrame } from './pick.js';

const origin = { producer: '0189aaaa-bbbb-7ccc-8ddd-eeeeffff0001', firstNumber: 7 };
const stamp = { firstSeq: 100, time: 1_700_000_000_000, durableOffset: 5 };

const stamped = (frame: Frame): Frame => {
  frame.stamp(stamp);
  return frame;
};

/** Everything that the table and the texts say of a message. */
const about = (frame: Frame, index: number) => ({
  id: frame.id(index),
  event: frame.event(index),
  keyHash: frame.keyHash(index),
  priority: frame.priority(index),
  publishedIndex: frame.publishedIndex(index),
  headers: frame.headersText(index),
  payload: frame.payloadText(index),
  size: frame.size(index),
});

const plansAndSome = plans.chain((plans) =>
  fc.record({
    plans: fc.constant(plans),
    indexes: fc.subarray([...plans.keys()], { minLength: 1 }),
  }),
);

describe('picking from a frame', () => {
  it('keeps all that is said of the picked messages', () => {
    fc.assert(
      fc.property(plansAndSome, ({ plans, indexes }) => {
        const frame = stamped(encodeFrame(plans.map(draftOf), origin));
        const picked = openFrame(pickFrame(frame, indexes).bytes);
        expect([...Array(picked.count).keys()].map((place) => about(picked, place))).toEqual(
          indexes.map((index) => about(frame, index)),
        );
        expect(picked.header).toMatchObject({ ...origin, published: plans.length, count: indexes.length });
        expect(picked.header).toMatchObject({ time: stamp.time, durableOffset: stamp.durableOffset });
      }),
    );
  });

  it('keeps the seqs of neighbours', () => {
    const frame = stamped(encodeFrame(numberedDrafts(10)));
    const messages = readMessages(frame, 'q');
    for (let from = 0; from < 10; from++) {
      const neighbours = [...messages.keys()].slice(from, from + 4);
      const picked = pickFrame(frame, neighbours);
      expect(readMessages(picked, 'q')).toEqual(messages.slice(from, from + 4));
    }
  });

  it('picks from what was picked', () => {
    const frame = stamped(encodeFrame(numberedDrafts(10), origin));
    const twice = pickFrame(pickFrame(frame, [3, 4, 5, 6]), [1, 2]);
    expect(twice.bytes).toEqual(pickFrame(frame, [4, 5]).bytes);
    expect(openFrame(twice.bytes).publishedIndex(0)).toBe(4);
  });

  it('gives the same bytes when all are picked', () => {
    const frame = stamped(encodeFrame(numberedDrafts(10), origin));
    expect(pickFrame(frame, [...Array(10).keys()]).bytes).toEqual(frame.bytes);
  });

  it('shares no memory with the frame', () => {
    const frame = stamped(encodeFrame(numberedDrafts(2)));
    const before = Uint8Array.from(frame.bytes);
    pickFrame(frame, [0]).bytes.fill(0);
    expect(frame.bytes).toEqual(before);
  });
});
