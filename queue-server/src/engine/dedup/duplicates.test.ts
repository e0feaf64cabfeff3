import { describe, expect, it } from '@jest/globals';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { frameOf, producerOf, stored } from '../frames.fixture.js';
import { Duplicates } from './duplicates.js';
import { Producers } from './producers.js';

const origin = { producer: producerOf(1), firstNumber: 7 };
const of = (...numbers: readonly number[]): Frame => frameOf(numbers, origin);

/** What is new and what is not, by the producers only: no id is known. */
const sort = (producers: Producers, frame: Frame, nextSeq: number) =>
  new Duplicates(producers).deduplicate(frame, nextSeq, 0);

describe('a frame under the number of another', () => {
  it.each<[string, Frame]>([
    ['other messages', of(4, 5, 6)],
    ['the same first message', of(1, 4, 5)],
    ['the same last message', of(4, 5, 3)],
    ['fewer messages', of(1, 2)],
    ['more messages', of(1, 2, 3, 4)],
  ])('is stored: %s', (_, frame) => {
    const producers = new Producers();
    sort(producers, of(1, 2, 3), 1);
    expect(sort(producers, frame, 4).duplicates).toEqual([]);
  });

  it.each<[string, Frame]>([
    ['fewer messages', of(1)],
    ['more messages', of(1, 2, 3, 4)],
  ])('is stored when that was stored in part: %s', (_, frame) => {
    const producers = new Producers();
    sort(producers, pickFrame(of(1, 2, 3), [0, 2]), 1);
    expect(sort(producers, frame, 3).duplicates).toEqual([]);
  });

  it('does not keep that from being recognised', () => {
    const producers = new Producers();
    sort(producers, of(1, 2, 3), 1);
    sort(producers, of(4, 5, 6), 4);
    expect(sort(producers, of(1, 2, 3), 7).duplicates.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(sort(producers, of(4, 5, 6), 7).duplicates.map(({ seq }) => seq)).toEqual([4, 5, 6]);
  });
});

describe('a frame that its producer sends again', () => {
  const indexes = fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 8 }).map((all) => all.sort());
  const whole = (): Frame => of(1, 2, 3, 4, 5, 6, 7, 8);

  it('is recognised, whichever of its messages the guard and the ids let through', () => {
    fc.assert(
      fc.property(indexes, indexes, (guarded, known) => {
        const producers = new Producers();
        const duplicates = new Duplicates(producers);
        duplicates.deduplicate(frameOf(known.map((index) => index + 1)), 1, 0);
        const first = duplicates.deduplicate(pickFrame(whole(), guarded), 100, 0);
        const again = sort(producers, pickFrame(whole(), guarded), 200);
        expect(again.fresh).toEqual([]);
        expect(again.duplicates).toEqual(expect.arrayContaining([...first.duplicates]));
      }),
    );
  });

  it('is recognised by the part of it that the log has after a restart', () => {
    fc.assert(
      fc.property(indexes, (kept) => {
        const producers = new Producers();
        new Duplicates(producers).replay(stored(pickFrame(whole(), kept), 20), false);
        expect(sort(producers, whole(), 100).duplicates).toEqual(
          kept.map((index, at) => ({ index, seq: 20 + at })),
        );
      }),
    );
  });
});
