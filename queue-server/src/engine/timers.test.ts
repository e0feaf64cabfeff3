import { describe, expect, it } from '@jest/globals';
import { EarliestTimer, systemTimers, type Timers } from './timers.js';

/** Timers that run when they are told to, and a clock that stands still. */
class FakeTime {
  now = 1_000;
  readonly pending: { readonly run: () => void; readonly delayMs: number }[] = [];
  cleared = 0;

  readonly timers: Timers = {
    set: (run, delayMs) => {
      const timer = { run, delayMs };
      this.pending.push(timer);
      return timer;
    },
    clear: (timer) => {
      const at = this.pending.findIndex((each) => each === timer);
      expect(at).toBeGreaterThanOrEqual(0);
      this.pending.splice(at, 1);
      this.cleared++;
    },
  };

  get delays(): number[] {
    return this.pending.map(({ delayMs }) => delayMs);
  }
  pass(): void {
    const [timer] = this.pending.splice(0, 1);
    expect(timer).toBeDefined();
    this.now += timer?.delayMs ?? 0;
    timer?.run();
  }
}

const alarmIn = (time: FakeTime, ring: () => void = () => undefined): EarliestTimer =>
  new EarliestTimer(ring, () => time.now, time.timers);

describe('an alarm', () => {
  it('rings once, at the earliest time that was asked for, with one timer at most', () => {
    const time = new FakeTime();
    let rings = 0;
    const alarm = alarmIn(time, () => rings++);
    alarm.by(1_500);
    alarm.by(1_700);
    alarm.by(1_500);
    expect(time.delays).toEqual([500]);
    alarm.by(1_200);
    expect(time.delays).toEqual([200]);
    time.pass();
    expect(rings).toBe(1);
    expect(time.pending).toEqual([]);
  });

  it('takes any time after it rang, from within the ring as well', () => {
    const time = new FakeTime();
    const rings: number[] = [];
    const alarm: EarliestTimer = alarmIn(time, () => {
      rings.push(time.now);
      if (rings.length === 1) alarm.by(time.now + 300);
    });
    alarm.by(1_100);
    time.pass();
    expect(time.delays).toEqual([300]);
    time.pass();
    alarm.by(5_000);
    expect(time.delays).toEqual([3_600]);
    expect(rings).toEqual([1_100, 1_400]);
  });

  it('rings at once for what is over', () => {
    const time = new FakeTime();
    alarmIn(time).by(10);
    expect(time.delays).toEqual([0]);
  });

  it('rings early rather than at a time that no timer can reach', () => {
    const time = new FakeTime();
    alarmIn(time).by(time.now + 2 ** 40);
    expect(time.delays).toEqual([2 ** 31 - 1]);
  });

  it('does nothing when there is no time to ring at', () => {
    const time = new FakeTime();
    alarmIn(time).by(undefined);
    expect(time.pending).toEqual([]);
  });

  it('clears its timer when it is stopped, and can be set again', () => {
    const time = new FakeTime();
    const alarm = alarmIn(time);
    alarm.stop();
    alarm.by(2_000);
    alarm.stop();
    alarm.stop();
    expect(time.cleared).toBe(1);
    expect(time.pending).toEqual([]);
    alarm.by(3_000);
    expect(time.delays).toEqual([2_000]);
  });
});

describe('the timers of the system', () => {
  it('keep no process alive', async () => {
    const timer = systemTimers.set(() => undefined, 1_000_000);
    expect(timer).toMatchObject({ hasRef: expect.any(Function) });
    // Safe: that it has `hasRef` was just seen.
    expect((timer as NodeJS.Timeout).hasRef()).toBe(false);
    systemTimers.clear(timer);
    await new Promise<void>((resolve) => systemTimers.set(resolve, 0));
  });
});
