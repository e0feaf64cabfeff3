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

/** Sends a request of one message; returns how long the client has to wait, 0: it was accepted. */
const send = (): number => {
  try {
    rate.take({ messages: 1, bytes: 0 });
    return 0;
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    rate.refused(error, 0);
    return Number(error.details.retryAfterMs);
  }
};

describe('a connection that is limited', () => {
  it('may have 1,280 requests in flight when it is first refused', () => {
    for (let n = 0; n < 10 + IN_FLIGHT; n++) send();
    expect(abuses).toBe(0);
  });

  it('is reported once when it goes on sending before it may', () => {
    for (let n = 0; n < 10 * IN_FLIGHT; n++) send();
    expect(abuses).toBe(1);
  });

  it('is reported when some of its flood is accepted', () => {
    // Ten times its limit.
    for (let n = 0; n < 10_000; n++) {
      send();
      now += 10;
    }
    expect(abuses).toBe(1);
  });

  it('is not reported when it waits after each refusal', () => {
    for (let n = 0; n < 10_000; n++) now += send();
    expect(abuses).toBe(0);
  });

  it('is not reported when it sends more and more until it is refused, and waits', () => {
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

  it('is reported for other refusals during the time that it has to wait', () => {
    while (send() === 0);
    const overloaded = new QueueError('overloaded', 'A frame before this one is not stored.');
    for (let n = 0; n < 2 * IN_FLIGHT; n++) rate.refused(overloaded, 0);
    expect(abuses).toBe(1);
  });

  it.each(['overloaded', 'request_invalid'] as const)(
    'is not reported for %s without a time to wait',
    (code) => {
      for (let n = 0; n < 2 * IN_FLIGHT; n++) rate.refused(new QueueError(code, 'No.'), 0);
      expect(abuses).toBe(0);
    },
  );

  it('is reported after a few early requests when they are large', () => {
    while (send() === 0);
    const error = new QueueError('overloaded', 'A frame before this one is not stored.');
    for (let n = 0; n < 40; n++) rate.refused(error, 8 * 1024 * 1024);
    expect(abuses).toBe(0);
    rate.refused(error, 8 * 1024 * 1024);
    expect(abuses).toBe(1);
  });

  it('is not reported for control requests of a rate of its own, beside any number of messages', () => {
    while (send() === 0);
    for (let n = 0; n < 9_999; n++) rate.takeControl(10);
    expect(abuses).toBe(0);
  });

  it('is reported when its principal sends far more control requests on all its connections', () => {
    const other = new ClientRate('one', { limits, now: () => now, onAbuse: () => undefined });
    for (let n = 0; n < 10_000; n++) other.takeControl(10);
    rate.takeControl(10);
    expect(abuses).toBe(1);
  });

  it('is not reported for control requests where no rate is configured', () => {
    const free = new RateLimits({}, () => now);
    const unlimited = new ClientRate('one', { limits: free, now: () => now, onAbuse: () => abuses++ });
    for (let n = 0; n < 100_000; n++) {
      unlimited.takeControl(10);
      unlimited.takePosition(10);
    }
    expect(abuses).toBe(0);
    expect(unlimited.positionWaitMs).toBe(0);
  });

  it('counts for its current principal', () => {
    while (send() === 0);
    rate.changePrincipal('other');
    expect(send()).toBe(0);
    rate.end();
    now += 100_000;
    limits.open('third');
    expect(limits.size).toBe(1);
  });
});
