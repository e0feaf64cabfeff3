import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { draftOf, numbered, numberedDrafts, plans } from './drafts.fixture.js';
import { encodeFrame } from './encode.js';
import { frameAt } from './frame.js';
import { refusal } from './refusal.fixture.js';

const frameOf = (number: number): Uint8Array => {
  const drafts = [
    numbered(number, { headers: '{"key":"a"}', key: 'a' }),
    numbered(number + 1, { payload: '"é"' }),
  ];
  const frame = encodeFrame(drafts, { producer: drafts[0]?.id ?? '', firstNumber: number });
  frame.stamp({ firstSeq: number + 1, time: 1_700_000_000_000, durableOffset: number * 300 });
  return frame.bytes;
};

const isRefused = (bytes: Uint8Array): boolean =>
  refusal(bytes)?.code === 'frame_invalid' && frameAt(bytes).kind !== 'frame';

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

describe('a damaged frame is never decoded', () => {
  it('with any one bit flipped', () => {
    const bytes = frameOf(1);
    const accepted: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Uint8Array.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (!isRefused(damaged)) accepted.push(bit);
    }
    expect(accepted).toEqual([]);
    expect(refusal(bytes)).toBeUndefined();
  });

  it('cut at any byte', () => {
    const bytes = frameOf(1);
    const cuts = Array.from(bytes, (_, length) => bytes.subarray(0, length));
    expect(cuts.filter((cut) => !isRefused(cut))).toEqual([]);
    expect(new Set(cuts.map((cut) => frameAt(cut).kind))).toEqual(new Set(['cut']));
  });

  it('with any bytes put over its own', () => {
    fc.assert(
      fc.property(plans, fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (plans, patch, place) => {
        const { bytes } = encodeFrame(plans.map(draftOf));
        const damaged = Uint8Array.from(bytes);
        damaged.set(patch.subarray(0, bytes.length), place % Math.max(1, bytes.length - patch.length));
        expect(isRefused(damaged)).toBe(!sameBytes(damaged, bytes));
      }),
    );
  });

  it('spliced together from two', () => {
    const frames = [frameOf(1), frameOf(2)] as const;
    const accepted: (readonly [number, number])[] = [];
    for (let head = 1; head < frames[0].length; head++) {
      for (const shift of [-7, -1, 0, 1, 7, 32]) {
        const spliced = Uint8Array.of(...frames[0].subarray(0, head), ...frames[1].subarray(head + shift));
        const unchanged = frames.some((frame) => sameBytes(frame, spliced));
        if (!unchanged && !isRefused(spliced)) accepted.push([head, shift]);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('made of the header of one and the messages of another', () => {
    const [one, other] = [1, 3].map((count) => encodeFrame(numberedDrafts(count)));
    if (one === undefined || other === undefined) throw new Error('two frames were made');
    const mixed = Uint8Array.of(
      ...one.bytes.subarray(0, one.header.headerLength),
      ...other.bytes.subarray(other.header.headerLength),
    );
    expect(frameAt(mixed).kind).toBe('damaged');
    expect(isRefused(mixed)).toBe(true);
  });
});

describe('foreign bytes are never decoded', () => {
  it('whatever they are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isRefused));
  });

  it('even when they begin like a frame', () => {
    const begin = frameOf(1).subarray(0, 24);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(24), (bytes, length) =>
        isRefused(Uint8Array.of(...begin.subarray(0, length), ...bytes)),
      ),
    );
  });
});
