import { describe, expect, it } from '@jest/globals';
import { planRecovery, type ScanResult } from './recovery-plan.js';
import { SparseIndex } from '../segment/sparse-index.js';

/** A scan of a file of 1000 bytes with messages 1 to 9, all intact. */
const clean: ScanResult = {
  size: 1000,
  bad: [],
  durableOffset: 800,
  indexAt: undefined,
  nextSeq: 10,
  time: 50,
  index: new SparseIndex(),
};
const bad = (from: number, to: number, seq: number, nextSeq?: number) => ({
  from,
  to,
  seq,
  nextSeq,
  time: 40,
});

describe('the last segment', () => {
  it('that is intact is kept as it is', () => {
    expect(planRecovery(clean, undefined)).toEqual({
      end: 1000,
      nextSeq: 10,
      time: 50,
      cut: undefined,
      damage: [],
    });
    expect(planRecovery(clean, { offset: 1000, nextSeq: 10 })).toMatchObject({ cut: undefined, damage: [] });
  });

  it('loses bad bytes at the durable offset or above', () => {
    const scanned = { ...clean, bad: [bad(800, 1000, 8)], nextSeq: 8 };
    const torn = { end: 800, nextSeq: 8, time: 40, cut: { from: 800, to: 1000 }, damage: [] };
    expect(planRecovery(scanned, undefined)).toEqual(torn);
    expect(planRecovery(scanned, { offset: 800, nextSeq: 8 })).toEqual(torn);
  });

  it('loses the intact frames of the same torn write', () => {
    const scanned = { ...clean, bad: [bad(850, 900, 8, 9)] };
    expect(planRecovery(scanned, undefined)).toMatchObject({ nextSeq: 8, cut: { from: 850, to: 1000 } });
  });

  it('keeps bad bytes below the durable offset as damage', () => {
    const scanned = { ...clean, bad: [bad(300, 400, 3, 5)] };
    const kept = { end: 1000, nextSeq: 10, cut: undefined, damage: [{ from: 300, to: 400, seqs: [3, 4] }] };
    expect(planRecovery(scanned, undefined)).toMatchObject(kept);
  });

  it('keeps damage that only the checkpoint knows of, and does not assign its seqs again', () => {
    const scanned = { ...clean, bad: [bad(800, 1000, 8)], nextSeq: 8 };
    expect(planRecovery(scanned, { offset: 1000, nextSeq: 10 })).toMatchObject({
      end: 1000,
      nextSeq: 10,
      cut: undefined,
      damage: [{ from: 800, to: 1000, seqs: [8, 9] }],
    });
  });

  it('distinguishes damage from a torn tail', () => {
    const scanned = { ...clean, bad: [bad(300, 400, 3, 5), bad(900, 1000, 9)], nextSeq: 9 };
    expect(planRecovery(scanned, undefined)).toMatchObject({
      nextSeq: 9,
      cut: { from: 900, to: 1000 },
      damage: [{ from: 300, to: 400, seqs: [3, 4] }],
    });
  });

  it('names what is missing at the end of a file that became shorter', () => {
    expect(planRecovery(clean, { offset: 1500, nextSeq: 15 })).toMatchObject({
      nextSeq: 15,
      damage: [{ from: 1000, to: 1500, seqs: [10, 14] }],
    });
    const cutInTwo = { ...clean, bad: [bad(950, 1000, 9)], nextSeq: 9 };
    const { damage, nextSeq } = planRecovery(cutInTwo, { offset: 1500, nextSeq: 15 });
    expect(nextSeq).toBe(15);
    expect(damage.flatMap(({ seqs }) => (seqs ? [seqs] : []))).toEqual([[9, 14]]);
  });

  it('reports damage that hides no message', () => {
    const scanned = { ...clean, bad: [bad(300, 400, 3, 3)] };
    expect(planRecovery(scanned, undefined).damage).toEqual([{ from: 300, to: 400, seqs: undefined }]);
  });

  it('loses an index without a trailer', () => {
    const scanned = { ...clean, size: 1200, indexAt: 1000, durableOffset: 1000 };
    expect(planRecovery(scanned, undefined)).toMatchObject({
      end: 1000,
      nextSeq: 10,
      cut: { from: 1000, to: 1200 },
    });
  });
});
