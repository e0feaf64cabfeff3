import { describe, expect, it } from '@jest/globals';
import { flood, FLOOD_KINDS, harmOf, linesOf, type Flooded, type FloodReport } from './flood.js';

const observed = {
  published: 100,
  refused: {},
  disconnects: 0,
  missing: 0,
  deliveredTwice: 0,
  worstReceiptMs: 10,
  worstDeliveryMs: 10,
};
const flooded: Flooded = { accepted: 2_000, refused: 8_000, unanswered: 10, keptOut: 3, cuts: 2, ms: 1_000 };
const report: FloodReport = {
  kind: 'publishes',
  quiet: { receiptMs: 2, deliveryMs: 4 },
  flooded: { receiptMs: 3, deliveryMs: 5 },
  floods: [flooded],
  observed: [observed],
};
const LIMIT = { messagesPerSecond: 1_000 };

describe('the flood', () => {
  it.each(FLOOD_KINDS)('of %s is kept to its limit, and harms no other principal', async (kind) => {
    const options = { kind, messagesPerSecond: 200, factor: 10, seconds: 1, rounds: 1 };
    const played = await flood(options);
    expect(harmOf(played, options)).toEqual([]);
    expect(played.floods).toMatchObject([{ accepted: expect.any(Number) }]);
    for (const { accepted } of played.floods) expect(accepted).toBeGreaterThan(0);
    for (const { published } of played.observed) expect(published).toBeGreaterThan(0);
  });

  it('is reported in four lines', () => {
    expect(linesOf(report)).toEqual([
      'publishes: 10010 a second; 2000 accepted, 8000 refused, 10 without an answer',
      '  cut off 2 times, and then kept out at 3 handshakes',
      '  receipt   p99 2.0 ms quiet, 3.0 ms flooded: × 1.50',
      '  delivery  p99 4.0 ms quiet, 5.0 ms flooded: × 1.25',
    ]);
  });

  it.each<[string, Partial<FloodReport>]>([
    ['2001 publishes of the flood were accepted, of 2000', { floods: [{ ...flooded, accepted: 2_001 }] }],
    [
      '11001 controls of the flood were accepted, of 11000',
      { kind: 'controls', floods: [{ ...flooded, accepted: 11_001 }] },
    ],
    [
      '301 handshakes of the flood were accepted, of 300',
      { kind: 'handshakes', floods: [{ ...flooded, accepted: 301 }] },
    ],
    [
      'the other client was refused: 3 × publish: rate_limited',
      { observed: [{ ...observed, refused: { 'publish: rate_limited': 3 } }] },
    ],
    ['the other client was disconnected', { observed: [{ ...observed, disconnects: 1 }] }],
    ['the other client misses 2 messages', { observed: [{ ...observed, missing: 2 }] }],
    ['the other client got 2 messages twice', { observed: [{ ...observed, deliveredTwice: 2 }] }],
  ])('does harm: %s', (harm, change) => {
    expect(harmOf(report, LIMIT)).toEqual([]);
    expect(harmOf({ ...report, ...change }, LIMIT)).toEqual([harm]);
  });
});
