import { describe, expect, it } from '@jest/globals';
import { encodeFrame } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import type { LogItem } from '../../engine/engine.js';
import { draftOf, stored } from '../../engine/frames.fixture.js';
import { tailBatch } from './tail-batch.js';

const ALL = { maxMessages: 1_000, maxBytes: 1_000_000 };

/** A log from seq 1 on: a number is a gap of this length, a text a frame with one event per letter. */
const logOf = (plan: readonly (number | string)[]): LogItem[] => {
  let next = 1;
  return plan.map((item): LogItem => {
    const from = next;
    next += typeof item === 'number' ? item : item.length;
    if (typeof item === 'number') return { kind: 'gap', gap: { from, to: next - 1, reason: 'damage' } };
    const drafts = item.split('').map((event, index) => ({ ...draftOf(from + index), event }));
    return { kind: 'frame', frame: stored(encodeFrame(drafts), from) };
  });
};

const shown = ({ from, to, gaps, frames }: ReturnType<typeof tailBatch>) => ({
  from,
  to,
  gaps: gaps.map((gap) => [gap.from, gap.to]),
  frames: frames.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq]),
});

describe('a batch for a tail', () => {
  it('has the messages of a range, and the gaps in it', () => {
    expect(shown(tailBatch(logOf(['aaa', 2, 'aa']), [2, 6], ALL))).toEqual({
      from: 2,
      to: 6,
      gaps: [[4, 5]],
      frames: [
        [2, 3],
        [6, 6],
      ],
    });
  });

  it('ends at its limits, after at least one message', () => {
    const limits = { maxMessages: 4, maxBytes: 1_000_000 };
    expect(shown(tailBatch(logOf(['aaa', 2, 'aaa']), [1, 8], limits))).toMatchObject({ to: 6 });
    expect(shown(tailBatch(logOf(['aaa']), [2, 3], { maxMessages: 10, maxBytes: 1 }))).toMatchObject({
      to: 2,
    });
  });

  it.each([
    [['bbb'], [1, 3], 3, []],
    [['bab'], [1, 3], 3, [[2, 2]]],
    [['bab'], [1, 2], 2, [[2, 2]]],
    [['abb'], [2, 3], 3, []],
    [
      ['aab', 'baa'],
      [1, 6],
      6,
      [
        [1, 2],
        [5, 6],
      ],
    ],
    [['bb', 2, 'bb'], [2, 6], 6, []],
    [['bb', 2], [1, 2], 2, []],
    [[2, 'bb'], [3, 4], 4, []],
  ] as const)('of %j from %j on, of the event a, goes to %d', (plan, range, to, frames) => {
    expect(shown(tailBatch(logOf(plan), range, ALL, new Set('a')))).toMatchObject({ to, frames });
  });

  it('copies no frame of which everything is asked for', () => {
    const log = logOf(['aab']);
    expect(tailBatch(log, [1, 3], ALL, new Set('ab')).frames[0]).toBe(
      log[0]?.kind === 'frame' ? log[0].frame : undefined,
    );
  });

  it('and those after it hold everything that is asked for, once and in order, whatever their limits', () => {
    const somePlan = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.stringMatching(/^[abc]{1,6}$/)), {
      minLength: 1,
    });
    const limits = fc.record({
      maxMessages: fc.integer({ min: 1, max: 5 }),
      maxBytes: fc.integer({ min: 1, max: 900 }),
    });
    const someEvents = fc.constantFrom(undefined, 'a', 'bc', 'abc');
    fc.assert(
      fc.property(somePlan, limits, someEvents, fc.nat(5), (plan, limit, events, skipped) => {
        const log = logOf(plan);
        const kinds = plan.flatMap((item) =>
          typeof item === 'string' ? item.split('') : Array<string>(item).fill('-'),
        );
        const from = Math.min(1 + skipped, kinds.length);
        const wanted = kinds.flatMap((kind, index) =>
          index + 1 >= from && (kind === '-' || (events ?? 'abc').includes(kind)) ? [index + 1] : [],
        );
        const got: number[] = [];
        for (let next = from; next <= kinds.length;) {
          const batch = tailBatch(log, [next, kinds.length], limit, events && new Set(events));
          expect(batch.from).toBe(next);
          const ranges = [...shown(batch).gaps, ...shown(batch).frames] as [number, number][];
          const seqs = ranges.flatMap(([first, last]) =>
            Array.from({ length: last - first + 1 }, (_, n) => first + n),
          );
          got.push(...seqs.sort((one, other) => one - other));
          next = batch.to + 1;
        }
        expect(got).toEqual(wanted);
      }),
    );
  });
});
