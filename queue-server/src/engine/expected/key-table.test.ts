import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { NO_SEQ } from '../dedup/id-table.js';
import { KeyTable } from './key-table.js';

describe('the last seqs of keys', () => {
  it('are those of a map from keys to seqs', () => {
    const raised = fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.integer({ min: 1, max: 2 ** 48 - 1 })));
    fc.assert(
      fc.property(raised, fc.string({ maxLength: 2 }), (pairs, other) => {
        const [table, model] = [new KeyTable(), new Map<string, number>()];
        for (const [key, seq] of pairs) {
          table.raise(key, seq, 1);
          model.set(key, Math.max(seq, model.get(key) ?? 0));
        }
        for (const [key, seq] of model) expect(table.get(key)).toBe(seq);
        expect(table.get(other)).toBe(model.get(other) ?? NO_SEQ);
      }),
    );
  });

  it('take at most 16 bytes each where there are many', () => {
    const table = new KeyTable();
    const keys = 500_000;
    for (let n = 1; n <= keys; n++) table.raise(`order-${n}`, n, 1);
    expect(table.bytes / keys).toBeLessThan(16);
    expect([1, 277_777, keys].map((n) => table.get(`order-${n}`))).toEqual([1, 277_777, keys]);
  });

  it('make room for others when their messages are removed', () => {
    const table = new KeyTable(() => 1);
    const kept = 20_000;
    let bytes = 0;
    for (let n = 1; n <= 500_000; n++) {
      table.raise(`order-${n}`, n, n - kept);
      if (n === 250_000) bytes = table.bytes;
    }
    expect(table.bytes).toBeLessThan(1.2 * bytes);
    expect(table.get('order-500000')).toBe(500_000);
  });
});
