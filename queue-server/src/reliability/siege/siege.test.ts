import { describe, expect, it } from '@jest/globals';
import { attacks } from './attacks.js';
import { brokenLimits, linesOf, type Report } from './siege.js';

const held: Report = {
  attack: 'pings',
  played: { counts: { packets: 10 }, violations: [], isOver: true },
  isRunning: true,
  peakMiB: 100,
  livez: { probes: 10, failed: 0, worstMs: 20 },
  client: {
    published: 100,
    refused: {},
    disconnects: 0,
    missing: 0,
    deliveredTwice: 0,
    worstReceiptMs: 10,
    worstDeliveryMs: 10,
  },
  startMs: 200,
  errors: [],
};

describe('a siege', () => {
  it('names each attack once', () => {
    const names = attacks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is held off when no limit is broken', () => {
    expect(brokenLimits(held)).toEqual([]);
    expect(linesOf(held)[0]).toBe('held    pings');
  });

  it.each<[string, Partial<Report>]>([
    ['a lease was stolen', { played: { ...held.played, violations: ['a lease was stolen'] } }],
    [
      'the attack could not be played: not admitted',
      { played: { ...held.played, isOver: false, failure: 'not admitted' } },
    ],
    ['the server ended', { isRunning: false }],
    ['memory: 768 MiB', { peakMiB: 768 }],
    ['/livez: 1 of 10 failed', { livez: { ...held.livez, failed: 1 } }],
    ['/livez: 2001 ms', { livez: { ...held.livez, worstMs: 2_001 } }],
    ['the client was refused: 2 × overloaded', { client: { ...held.client, refused: { overloaded: 2 } } }],
    ['the client was disconnected', { client: { ...held.client, disconnects: 1 } }],
    ['the client misses 3 messages', { client: { ...held.client, missing: 3 } }],
    ['the client got 1 messages twice', { client: { ...held.client, deliveredTwice: 1 } }],
    ['a receipt took 3001 ms', { client: { ...held.client, worstReceiptMs: 3_001 } }],
    ['a delivery took 3001 ms', { client: { ...held.client, worstDeliveryMs: 3_001 } }],
    ['the next start took 10001 ms', { startMs: 10_001 }],
  ])('breaks a limit: %s', (limit, change) => {
    const report = { ...held, ...change };
    expect(brokenLimits(report)).toEqual([limit]);
    expect(linesOf(report)[0]).toBe('BROKEN  pings');
    expect(linesOf(report).at(-1)).toContain(limit);
  });
});
