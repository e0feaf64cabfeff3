import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { ClientRate } from './client-rate.js';
import { RateLimits } from './rate-limits.js';

const IN_FLIGHT = 1_280;

let now: number;
let abuses: number;
let limits: RateLimits;
let rate: ClientRate;

beforeEach(() => {
  now = 0;
  abuses = 0;
  limits = new RateLimits({ messagesPerSecond: 10 }, () => now);
  rate = new ClientRate('one', { limits, now: () => now, onAbuse: () => abuses++ });
});

/** Sends a request of one message; returns how long it is told to wait, 0: it was taken. */
const send = (): number => {
  try {
    rate.take({ messages: 1, bytes: 0 });
    return 0;
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    rate.refused(error);
    return Number(error.details.retryAfterMs);
  }
};

describe('a connection that is limited', () => {
  it('may have everything in flight when it is first told to wait', () => {
    for (let n = 0; n < 10 + IN_FLIGHT; n++) send();
    expect(abuses).toBe(0);
  });

  it('is reported once when it goes on sending though it was told to wait', () => {
    for (let n = 0; n < 10 * IN_FLIGHT; n++) send();
    expect(abuses).toBe(1);
  });

  it('is reported as well when some of what it floods with passes', () => {
    // Ten times its limit.
    for (let n = 0; n < 10_000; n++) {
      send();
      now += 10;
    }
    expect(abuses).toBe(1);
  });

  it('is not reported when it waits as it is told, however often', () => {
    for (let n = 0; n < 10_000; n++) now += send();
    expect(abuses).toBe(0);
  });

  it('is not reported when it sends more and more until it is to wait, and waits', () => {
    for (let round = 0; round < 1_000; round++) {
      let wait = 0;
      for (let window = 1; wait === 0; window *= 2) {
        const waits = Array.from({ length: window }, send);
        wait = waits.find((ms) => ms > 0) ?? 0;
      }
      now += wait + (round % 10) * 100;
    }
    expect(abuses).toBe(0);
  });

  it('is reported for other refusals that it sends for while it is to wait', () => {
    while (send() === 0);
    const overloaded = new QueueError('overloaded', 'A frame before this one was not taken yet.');
    for (let n = 0; n < 2 * IN_FLIGHT; n++) rate.refused(overloaded);
    expect(abuses).toBe(1);
  });

  it.each(['overloaded', 'request_invalid'] as const)('is not reported for %s alone', (code) => {
    for (let n = 0; n < 2 * IN_FLIGHT; n++) rate.refused(new QueueError(code, 'No.'));
    expect(abuses).toBe(0);
  });

  it('counts for the principal that it speaks for now', () => {
    while (send() === 0);
    rate.changePrincipal('other');
    expect(send()).toBe(0);
    rate.end();
    now += 100_000;
    limits.open('third');
    expect(limits.size).toBe(1);
  });
});
