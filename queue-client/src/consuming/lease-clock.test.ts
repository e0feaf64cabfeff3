import { describe, expect, it } from '@jest/globals';
import { ManualRuntime } from '../runtime.fixture.js';
import { LeaseClock } from './lease-clock.js';

const LEASE_MS = 30_000;

const open = () => {
  const runtime = new ManualRuntime();
  const expired: number[] = [];
  const leases = new LeaseClock({ runtime, onExpired: (token) => expired.push(token) });
  const pass = (ms: number): void => {
    runtime.pass(ms);
    leases.check();
  };
  return { runtime, leases, expired, pass };
};

describe('LeaseClock', () => {
  it('expires a lease by a timer', () => {
    const { runtime, leases, expired } = open();
    leases.granted(1, LEASE_MS);
    runtime.pass(10_000);
    leases.granted(2, LEASE_MS);
    runtime.pass(20_000);
    expect(runtime.fireNextTimer()).toBe(LEASE_MS);
    expect(expired).toEqual([1]);
    runtime.pass(10_000);
    expect(runtime.fireNextTimer()).toBe(10_000);
    expect(expired).toEqual([1, 2]);
    expect(runtime.timers.size).toBe(0);
  });

  it.each([
    ['monotonic', { now: LEASE_MS, wall: 0 }],
    ['wall, while the machine slept', { now: 0, wall: LEASE_MS }],
  ])('expires a lease by whichever clock is first: %s', (_, { now, wall }) => {
    const { runtime, leases, expired } = open();
    leases.granted(1, LEASE_MS);
    runtime.time.now += now - 1;
    runtime.time.wall += wall - 1;
    leases.check();
    expect(expired).toEqual([]);
    runtime.time.now += 1;
    runtime.time.wall += 1;
    leases.check();
    expect(expired).toEqual([1]);
  });

  it('counts a grant that may have been on its way for long from the last request that the server had before', () => {
    const { leases, expired, pass } = open();
    const sent = leases.now();
    leases.asked();
    leases.answered(sent);
    leases.asked();
    pass(10_000);
    leases.granted(1, LEASE_MS);
    pass(19_999);
    expect(expired).toEqual([]);
    pass(1);
    expect(expired).toEqual([1]);
  });

  it('expires a grant at once that comes too late', () => {
    const { leases, expired, pass } = open();
    leases.answered(leases.now());
    leases.asked();
    pass(LEASE_MS);
    leases.granted(1, LEASE_MS);
    expect(expired).toEqual([1]);
  });

  it('counts a grant from its arrival where every request has its answer', () => {
    const { leases, expired, pass } = open();
    leases.asked();
    leases.answered(leases.now());
    pass(LEASE_MS);
    leases.granted(1, LEASE_MS);
    pass(LEASE_MS - 1);
    expect(expired).toEqual([]);
  });

  it('counts an extension from its request, not from its confirmation', () => {
    const { leases, expired, pass } = open();
    leases.granted(1, LEASE_MS);
    pass(10_000);
    const sent = leases.now();
    pass(5_000);
    leases.extended([1], sent);
    pass(24_999);
    expect(expired).toEqual([]);
    pass(1);
    expect(expired).toEqual([1]);
  });

  it('expires leases 4.5 s after a disconnect, unless the member rejoins', () => {
    const { leases, expired, pass } = open();
    leases.granted(1, LEASE_MS);
    leases.granted(2, LEASE_MS);
    leases.disconnected();
    pass(4_499);
    leases.extended([2], leases.now());
    pass(1);
    expect(expired).toEqual([1]);
    pass(LEASE_MS);
    expect(expired).toEqual([1, 2]);
  });

  it('does not expire a lease whose grant is settled', () => {
    const { leases, expired, pass } = open();
    leases.granted(1, LEASE_MS);
    leases.forget(1);
    leases.extended([1], leases.now());
    pass(LEASE_MS);
    expect(expired).toEqual([]);
  });

  it('has no timer after stop', () => {
    const { runtime, leases } = open();
    leases.granted(1, LEASE_MS);
    leases.stop();
    expect(runtime.timers.size).toBe(0);
  });
});
