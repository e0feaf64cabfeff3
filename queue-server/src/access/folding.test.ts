import { beforeEach, describe, expect, it } from '@jest/globals';
import { Folding } from './folding.js';

let lines: [entry: string, more: number | undefined][];
let others: number[];
/** What the folding waits for. */
let timer: (() => void) | undefined;

const folding = (linesEach = 1): Folding<string> =>
  new Folding({
    keyOf: (entry) => entry,
    write: (entry, more) => lines.push([entry, more]),
    writeOthers: (count) => others.push(count),
    linesEach,
    after: (_ms, run) => {
      timer = run;
      return () => (timer = undefined);
    },
  });

const endInterval = (): void => {
  const end = timer;
  timer = undefined;
  end?.();
};

beforeEach(() => {
  [lines, others, timer] = [[], [], undefined];
});

describe('folded lines', () => {
  it('are one for equal entries, and one for their number at the end of an interval', () => {
    const folded = folding();
    for (const entry of ['a', 'a', 'b', 'a']) folded.add(entry);
    expect(lines).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
    endInterval();
    expect(lines.slice(2)).toEqual([['a', 2]]);
  });

  it('go on being counts while the same goes on, one an interval', () => {
    const folded = folding();
    for (let interval = 1; interval <= 3; interval++) {
      for (let n = 0; n < 1_000; n++) folded.add('a');
      endInterval();
    }
    expect(lines).toEqual([
      ['a', undefined],
      ['a', 999],
      ['a', 1_000],
      ['a', 1_000],
    ]);
  });

  it('begin again after an interval without any, and set no timer until then', () => {
    const folded = folding();
    folded.add('a');
    endInterval();
    expect(timer).toBeUndefined();
    folded.add('a');
    expect(lines).toEqual([
      ['a', undefined],
      ['a', undefined],
    ]);
    expect(timer).toBeDefined();
  });

  it('may be several before they are counted', () => {
    const folded = folding(3);
    for (let n = 0; n < 5; n++) folded.add('a');
    endInterval();
    expect(lines).toEqual([...Array<unknown>(3).fill(['a', undefined]), ['a', 2]]);
  });

  it('of too many kinds are a number, and not kept', () => {
    const folded = folding();
    for (let n = 0; n < 5_000; n++) folded.add(`kind ${n}`);
    expect(lines).toHaveLength(100);
    expect(others).toEqual([]);
    endInterval();
    expect(lines).toHaveLength(100);
    expect(others).toEqual([4_900]);
    folded.add('kind 4999');
    expect(lines.at(-1)).toEqual(['kind 4999', undefined]);
  });

  it('are written when it is closed, and leave no timer', () => {
    const folded = folding();
    for (const entry of ['a', 'a']) folded.add(entry);
    folded.close();
    expect(lines).toEqual([
      ['a', undefined],
      ['a', 1],
    ]);
    expect(timer).toBeUndefined();
  });
});
