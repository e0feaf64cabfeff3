import { describe, expect, it } from '@jest/globals';
import { RepeatedErrors } from './repeated-errors.js';

describe('the log of repeated errors', () => {
  it('has one error per interval, with the number that was skipped since the last', () => {
    let now = 0;
    const errors = new RepeatedErrors({ intervalMs: 60_000, now: () => now });
    const noted = [];
    for (now of [0, 1, 59_999, 60_000, 60_001, 500_000, 600_000]) {
      noted.push(errors.note('database_unavailable'));
    }
    expect(noted).toEqual([0, undefined, undefined, 2, undefined, 1, 0]);
  });

  it('counts each kind separately', () => {
    const errors = new RepeatedErrors({ intervalMs: 60_000, now: () => 0 });
    const kinds = ['database_unavailable', 'overloaded', 'database_unavailable'];
    expect(kinds.map((kind) => errors.note(kind))).toEqual([0, 0, undefined]);
  });
});
