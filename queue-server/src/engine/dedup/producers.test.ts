import { describe, expect, it } from '@jest/globals';
import { MAX_FRAMES_IN_FLIGHT, NIL_UUID } from '@typed-queue/contracts/wire';
import { producerOf } from '../frames.fixture.js';
import { Producers, seqOf, type SentFrame } from './producers.js';

const [a, b, c] = [producerOf(1), producerOf(2), producerOf(3)];

/** Frames of one message: the number of each is its seq. */
const sent = (number: number): SentFrame => ({ firstNumber: number, firstSeq: number, ids: number });
const any = (): boolean => true;

const numbersOf = (producers: Producers, producer: string, upTo: number): number[] =>
  Array.from({ length: upTo }, (_, index) => index + 1).filter(
    (number) => producers.find(producer, number, any) !== undefined,
  );

describe('the seq of a message within a sent frame', () => {
  it('follows from the first, or is in the list, and is 0 when there is none', () => {
    expect(seqOf(undefined, 3)).toBe(0);
    expect([0, 1, 5].map((index) => seqOf(sent(10), index))).toEqual([10, 11, 15]);
    const partial: SentFrame = { ...sent(1), firstSeq: 10, seqs: [4, 0, 10] };
    expect([0, 1, 2, 3].map((index) => seqOf(partial, index))).toEqual([4, 0, 10, 0]);
  });
});

describe('the known producers', () => {
  it('find the frames of each producer by their first number', () => {
    const producers = new Producers();
    const frames = [sent(1), { ...sent(4), firstSeq: 9, seqs: [9, 0] }, { ...sent(1), firstSeq: 2 }];
    producers.add(a, frames[0] ?? sent(0), 0);
    producers.add(a, frames[1] ?? sent(0), 0);
    producers.add(b, frames[2] ?? sent(0), 0);
    expect([producers.find(a, 1, any), producers.find(a, 4, any), producers.find(b, 1, any)]).toEqual(frames);
    expect(producers.find(a, 2, any)).toBeUndefined();
    expect(producers.find(b, 4, any)).toBeUndefined();
    expect(producers.find(c, 1, any)).toBeUndefined();
  });

  it('distinguish frames that have the same number', () => {
    const producers = new Producers();
    const other = { ...sent(1), firstSeq: 7, ids: 99 };
    producers.add(a, sent(1), 0);
    producers.add(a, other, 0);
    expect(producers.find(a, 1, ({ ids }) => ids === 99)).toBe(other);
    expect(producers.find(a, 1, ({ ids }) => ids === 98)).toBeUndefined();
  });

  it('keep as many frames of each as it may have in flight, the last ones', () => {
    const producers = new Producers();
    producers.add(b, sent(1), 0);
    for (let number = 1; number <= 100; number++) producers.add(a, sent(number), 0);
    const kept = numbersOf(producers, a, 100);
    expect(kept).toHaveLength(MAX_FRAMES_IN_FLIGHT);
    expect([kept[0], kept.at(-1)]).toEqual([37, 100]);
    expect(numbersOf(producers, b, 1)).toEqual([1]);
  });

  it('remember nothing of frames without a producer', () => {
    const producers = new Producers();
    producers.add(NIL_UUID, sent(0), 0);
    expect(producers.find(NIL_UUID, 0, any)).toBeUndefined();
  });

  it('forget the least recently active beyond their bound', () => {
    const producers = new Producers({ maxProducers: 2 });
    producers.add(a, sent(1), 0);
    producers.add(b, sent(2), 0);
    producers.add(a, sent(3), 0);
    producers.add(c, sent(4), 0);
    expect(producers.find(b, 2, any)).toBeUndefined();
    expect(numbersOf(producers, a, 4)).toEqual([1, 3]);
    expect(numbersOf(producers, c, 4)).toEqual([4]);
  });

  it('forget who was silent for too long when another speaks', () => {
    const producers = new Producers({ maxAgeMs: 100 });
    producers.add(a, sent(1), 0);
    producers.add(b, sent(2), 50);
    producers.add(c, sent(3), 100);
    expect(producers.find(a, 1, any)).toBeDefined();
    producers.add(c, sent(4), 101);
    expect(producers.find(a, 1, any)).toBeUndefined();
    expect(producers.find(b, 2, any)).toBeDefined();
  });

  it('forget the frames that were lost from a seq on', () => {
    const producers = new Producers();
    producers.add(a, sent(1), 0);
    producers.add(a, sent(5), 0);
    producers.add(b, { ...sent(6), seqs: [2, 6] }, 0);
    producers.forget(5);
    expect(numbersOf(producers, a, 9)).toEqual([1]);
    expect(numbersOf(producers, b, 9)).toEqual([]);
  });

  it('keep a frame of which all was stored before, when only what followed it was lost', () => {
    const producers = new Producers();
    producers.add(a, { ...sent(8), firstSeq: 5, seqs: [2, 3] }, 0);
    producers.forget(5);
    expect(seqOf(producers.find(a, 8, any), 1)).toBe(3);
  });

  it('are restored from their snapshot, in the order of their activity', () => {
    const limits = { maxProducers: 2 };
    const before = new Producers(limits);
    before.add(b, { ...sent(1), seqs: [0, 1] }, 10);
    before.add(a, sent(2), 20);
    before.add(b, sent(3), 30);
    const after = new Producers(limits);
    after.restore(before.snapshot(4));
    expect(after.snapshot(4)).toBe(before.snapshot(4));
    expect([after.find(b, 1, any), after.find(b, 3, any), after.find(a, 2, any)]).toEqual([
      { ...sent(1), seqs: [0, 1] },
      sent(3),
      sent(2),
    ]);
    after.add(c, sent(4), 40);
    expect(after.find(a, 2, any)).toBeUndefined();
    expect(after.find(b, 3, any)).toBeDefined();
  });

  it('leave a frame that is not durable yet out of the snapshot', () => {
    const before = new Producers();
    before.add(a, sent(1), 0);
    before.add(a, sent(2), 0);
    const after = new Producers();
    after.restore(before.snapshot(2));
    expect(numbersOf(after, a, 3)).toEqual([1]);
  });
});
