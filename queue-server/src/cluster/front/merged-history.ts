import type { History } from '@typed-queue/contracts';

type Series = History['published'];

/** What several servers measured, step by step: each began at a time of its own. */
export const mergedHistory = (histories: readonly History[]): History => {
  const measured = histories.filter(({ published }) => published.length > 0);
  const [first] = measured;
  if (first === undefined) return histories[0] ?? EMPTY;
  const from = Math.min(...measured.map((each) => each.from));
  const offsetOf = (each: History): number => Math.round((each.from - from) / first.stepMs);
  const ends = measured.map((each) => offsetOf(each) + each.published.length);
  const length = Math.max(...ends);
  const sum = (name: 'published' | 'settled' | 'depth' | 'deadLetters'): Series =>
    Array.from({ length }, (_, step) => sumOf(measured.map((each) => each[name][step - offsetOf(each)])));
  return {
    from,
    stepMs: first.stepMs,
    published: sum('published'),
    settled: sum('settled'),
    depth: sum('depth'),
    deadLetters: sum('deadLetters'),
  };
};

/** Null where none has a value. */
const sumOf = (values: readonly (number | null | undefined)[]): number | null => {
  const known = values.filter((value) => typeof value === 'number');
  if (known.length === 0) return null;
  return Math.round(known.reduce((sum, value) => sum + value, 0) * 10) / 10;
};

const EMPTY: History = { from: 0, stepMs: 10_000, published: [], settled: [], depth: [], deadLetters: [] };
