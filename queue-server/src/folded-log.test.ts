import { expect, it } from '@jest/globals';
import { FoldedLog } from './folded-log.js';

it('writes a text at once, and then one line of all that came in ten seconds', () => {
  const lines: unknown[] = [];
  let due: (() => void)[] = [];
  const waits: number[] = [];
  const log = new FoldedLog({
    write: (details, text) => lines.push([text, details]),
    timer: (run, ms) => {
      due.push(run);
      waits.push(ms);
      return () => undefined;
    },
  });
  const pass = (): void => {
    const now = due;
    due = [];
    for (const run of now) run();
  };
  for (const n of [1, 2, 3]) log.add({ n }, 'flood');
  log.add({}, 'other');
  expect(lines).toEqual([
    ['flood', { n: 1 }],
    ['other', {}],
  ]);
  pass();
  expect(lines.slice(2)).toEqual([['flood', { n: 3, times: 2 }]]);
  pass();
  log.add({ n: 4 }, 'flood');
  expect(lines.slice(3)).toEqual([['flood', { n: 4 }]]);
  expect(new Set(waits)).toEqual(new Set([10_000]));
});
