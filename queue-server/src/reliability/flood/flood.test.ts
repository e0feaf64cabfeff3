import { describe, expect, it } from '@jest/globals';
import { flood, harmOf, linesOf, type FloodReport } from './flood.js';

const observed = {
  published: 100,
  refused: {},
  disconnects: 0,
  missing: 0,
  deliveredTwice: 0,
  worstReceiptMs: 10,
  worstDeliveryMs: 10,
};
const report: FloodReport = {
  quiet: { receiptMs: 2, deliveryMs: 4 },
  flooded: { receiptMs: 3, deliveryMs: 5 },
  floods: [{ accepted: 2_000, refused: 8_000, unanswered: 10, cuts: 2, ms: 1_000 }],
  observed: [observed],
};

describe('the flood', () => {
  it('is kept to its limit, and harms no other principal', async () => {
    const options = { limit: 200, factor: 10, seconds: 1, rounds: 1 };
    const played = await flood(options);
    expect(harmOf(played, options)).toEqual([]);
    const [flooded] = played.floods;
    expect(flooded?.accepted).toBeGreaterThan(0);
    expect(flooded?.refused).toBeGreaterThan(0);
    for (const { published } of played.observed) expect(published).toBeGreaterThan(0);
  });

  it('is reported in three lines', () => {
    expect(linesOf(report)).toEqual([
      'flood      2000 messages accepted, 8000 refused, 10 without an answer; cut off 2 times',
      'receipt    p99 2.0 ms quiet, 3.0 ms flooded: × 1.50',
      'delivery   p99 4.0 ms quiet, 5.0 ms flooded: × 1.25',
    ]);
  });

  it.each<[string, Partial<FloodReport>]>([
    [
      '2001 messages of the flood were accepted, of 2000',
      { floods: [{ accepted: 2_001, refused: 0, unanswered: 0, cuts: 0, ms: 1_000 }] },
    ],
    [
      'the other client was refused: 3 × publish: rate_limited',
      { observed: [{ ...observed, refused: { 'publish: rate_limited': 3 } }] },
    ],
    ['the other client was disconnected', { observed: [{ ...observed, disconnects: 1 }] }],
    ['the other client misses 2 messages', { observed: [{ ...observed, missing: 2 }] }],
    ['the other client got 2 messages twice', { observed: [{ ...observed, deliveredTwice: 2 }] }],
  ])('does harm: %s', (harm, change) => {
    expect(harmOf(report, { limit: 1_000 })).toEqual([]);
    expect(harmOf({ ...report, ...change }, { limit: 1_000 })).toEqual([harm]);
  });
});
