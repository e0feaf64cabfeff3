import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { idBytes, idOf } from '../frames.fixture.js';
import { KnownIds, type KnownIdsLimits } from './known-ids.js';

/** Ids by number; message n is published as seq n. */
class Published {
  readonly #ids: KnownIds;

  constructor(limits: KnownIdsLimits = {}) {
    this.#ids = new KnownIds(limits);
  }

  /** The seq that a message had before; 0 when it was new. */
  publish(number: number, now = 0, seq = number): number {
    return this.#ids.findOrAdd(idBytes(idOf(number)), 0, seq, now);
  }

  forget(fromSeq: number): void {
    this.#ids.forget(fromSeq);
  }

  /** What `last` gives, as the numbers of the messages. */
  last(fromSeq: number, nextSeq: number): readonly number[] | undefined {
    const bytes = this.#ids.last(fromSeq, nextSeq);
    if (bytes === undefined) return undefined;
    const hex = Buffer.from(bytes).toString('hex');
    return Array.from({ length: bytes.byteLength / 16 }, (_, at) =>
      Number.parseInt(hex.slice(32 * at + 20, 32 * at + 32), 16),
    );
  }
}

const MAX_AGE_MS = 100;

describe('the known ids of a queue', () => {
  it('know an id from its first message on, by the seq of that one', () => {
    const ids = new Published();
    expect(ids.publish(1)).toBe(0);
    expect(ids.publish(1, 0, 9)).toBe(1);
    expect(ids.publish(1, 0, 10)).toBe(1);
  });

  it('forget the older generation when the younger is full', () => {
    const ids = new Published({ capacity: 3 });
    for (const number of [1, 2, 3, 4, 5, 6]) expect(ids.publish(number)).toBe(0);
    expect([1, 4, 6].map((number) => ids.publish(number))).toEqual([1, 4, 6]);
    ids.publish(7);
    expect([4, 5, 6, 7].map((number) => ids.publish(number))).toEqual([4, 5, 6, 7]);
    expect(ids.publish(1, 0, 8)).toBe(0);
  });

  it('know the newest, as many as their capacity, after any number of messages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 }), (capacity, count) => {
        const ids = new Published({ capacity });
        for (let number = 1; number <= count; number++) ids.publish(number);
        const newest = Array.from({ length: Math.min(capacity, count) }, (_, back) => count - back);
        expect(newest.map((number) => ids.publish(number))).toEqual(newest);
      }),
    );
  });

  it('forget the older generation when the younger is old, counted from its first message', () => {
    const ids = new Published({ maxAgeMs: MAX_AGE_MS });
    ids.publish(1, 1_000);
    ids.publish(2, 1_099);
    ids.publish(3, 1_100);
    ids.publish(4, 1_199);
    expect([1, 2, 3, 4].map((number) => ids.publish(number, 1_199))).toEqual([1, 2, 3, 4]);
    ids.publish(5, 1_200);
    expect([3, 4, 5].map((number) => ids.publish(number, 1_200))).toEqual([3, 4, 5]);
    expect(ids.publish(1, 1_200, 6)).toBe(0);
    expect(ids.publish(2, 1_200, 7)).toBe(0);
  });

  it('forget, of both generations, what was lost from a seq on', () => {
    const ids = new Published({ capacity: 3 });
    for (const number of [1, 2, 3, 4, 5]) ids.publish(number);
    ids.forget(3);
    expect([1, 2].map((number) => ids.publish(number))).toEqual([1, 2]);
    expect([5, 3, 4].map((number, index) => ids.publish(number, 0, 3 + index))).toEqual([0, 0, 0]);
    expect([5, 3, 4].map((number) => ids.publish(number))).toEqual([3, 4, 5]);
  });

  it('restart the age of a generation when all of it was lost', () => {
    const ids = new Published({ maxAgeMs: MAX_AGE_MS });
    ids.publish(1, 1_000);
    ids.forget(1);
    ids.publish(2, 1_150, 1);
    ids.publish(3, 1_240, 2);
    ids.publish(4, 1_250, 3);
    expect([2, 3, 4].map((number) => ids.publish(number, 1_250))).toEqual([1, 2, 3]);
  });
});

describe('the last known ids before a seq', () => {
  const published = (count: number, limits: KnownIdsLimits = {}): Published => {
    const ids = new Published(limits);
    for (let number = 1; number <= count; number++) ids.publish(number);
    return ids;
  };

  it('are in the order of their seqs, without later ones', () => {
    expect(published(6).last(2, 6)).toEqual([2, 3, 4, 5]);
  });

  it('come from both generations, as many as have to be known', () => {
    expect(published(5, { capacity: 3 }).last(1, 6)).toEqual([3, 4, 5]);
  });

  it('begin after those that are forgotten', () => {
    const ids = published(2, { maxAgeMs: MAX_AGE_MS });
    ids.publish(3, MAX_AGE_MS);
    ids.publish(4, 2 * MAX_AGE_MS);
    expect(ids.last(1, 5)).toEqual([3, 4]);
    expect(ids.last(1, 3)).toEqual([]);
  });

  it('are undefined when a message between them has the id of another', () => {
    const ids = published(2);
    ids.publish(4, 0, 4);
    expect(ids.last(1, 5)).toBeUndefined();
    expect(ids.last(3, 5)).toEqual([4]);
  });
});
