import { describe, expect, it } from '@jest/globals';
import { RepeatedFailures } from './repeated-failures.js';

describe('repeated failures', () => {
  it('are told once a minute, with the number of those between', () => {
    let now = 0;
    const failures = new RepeatedFailures(() => now);
    const told = [];
    for (now of [0, 1, 59_999, 60_000, 60_001, 500_000, 600_000]) {
      told.push(failures.note('database_unavailable'));
    }
    expect(told).toEqual([0, undefined, undefined, 2, undefined, 1, 0]);
  });

  it('are told apart by their codes', () => {
    const failures = new RepeatedFailures(() => 0);
    const codes = ['database_unavailable', 'overloaded', 'database_unavailable'] as const;
    expect(codes.map((code) => failures.note(code))).toEqual([0, 0, undefined]);
  });
});
