import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { HandshakeRates } from './handshake-rates.js';

let now: number;
let rates: HandshakeRates;

beforeEach(() => {
  now = 0;
  rates = new HandshakeRates({ burst: 3, perSecond: 10 }, () => now);
});

/** How long a caller has to wait, in milliseconds; 0: it may connect. */
const connect = (caller: string): number => {
  try {
    rates.take(caller, 'this key');
    return 0;
  } catch (error) {
    if (error instanceof QueueError && error.code === 'rate_limited')
      return Number(error.details.retryAfterMs);
    throw error;
  }
};

describe('the handshakes of a caller', () => {
  it('are refused beyond its rate with the time to wait, and cost nothing then', () => {
    expect(Array.from({ length: 6 }, () => connect('a'))).toEqual([0, 0, 0, 100, 100, 100]);
    now += 100;
    expect(connect('a')).toBe(0);
  });

  it('keep no other caller from connecting', () => {
    for (let n = 0; n < 10; n++) connect('a');
    expect(connect('b')).toBe(0);
  });

  it('are refused for 5 s after each of its connections that was cut off, for half a minute at most', () => {
    rates.cut('a');
    expect(connect('a')).toBe(4_800);
    for (let n = 0; n < 100; n++) rates.cut('a');
    expect(connect('a')).toBe(34_800);
  });

  it('are forgotten when it could connect as often as at first', () => {
    connect('a');
    now += 1_000;
    connect('b');
    expect(rates.size).toBe(1);
  });

  it('are not limited where no rate is configured', () => {
    rates = new HandshakeRates(undefined, () => now);
    rates.cut('a');
    expect(Array.from({ length: 1_000 }, () => connect('a')).every((wait) => wait === 0)).toBe(true);
  });
});
