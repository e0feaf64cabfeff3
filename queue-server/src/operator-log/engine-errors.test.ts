import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { engineErrors } from './engine-errors.js';

describe('the errors of an engine', () => {
  it('are written once in ten seconds for each kind, with the number of repetitions', () => {
    const lines: Record<string, unknown>[] = [];
    // Safe: pino writes JSON objects.
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    let now = 0;
    const log = engineErrors(pino({ base: null }, { write }), () => now);
    for (let times = 0; times < 5; times++) log(new Error('full'));
    log(new Error('other'));
    now = 9_999;
    log(new Error('full'));
    expect(lines).toHaveLength(2);
    now = 10_000;
    log(new Error('full'));
    expect(lines.map(({ err, repeated }) => [JSON.stringify(err).includes('full'), repeated])).toEqual([
      [true, undefined],
      [false, undefined],
      [true, 5],
    ]);
  });
});
