import { describe, expect, it } from '@jest/globals';
import type { After } from '@typed-queue/contracts/wire';
import { EarliestTimer } from './earliest-timer.js';

/** Timers and a clock that the test moves. */
class FakeTime {
  now = 1_000;
  readonly pending: { readonly run: () => void; readonly delayMs: number }[] = [];
  cleared = 0;

  readonly after: After = (delayMs, run) => {
    const timer = { run, delayMs };
    this.pending.push(timer);
    return () => {
      const at = this.pending.indexOf(timer);
      expect(at).toBeGreaterThanOrEqual(0);
      this.pending.splice(at, 1);
      this.cleared++;
    };
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

const timerIn = (time: FakeTime, ring: () => void = () => undefined): EarliestTimer =>
  new EarliestTimer(ring, () => time.now, time.after);

describe('an earliest timer', () => {
  it('runs once, at the earliest of its times, with one timer at most', () => {
    const time = new FakeTime();
    let runs = 0;
    const timer = timerIn(time, () => runs++);
    timer.by(1_500);
    timer.by(1_700);
    timer.by(1_500);
    expect(time.delays).toEqual([500]);
    timer.by(1_200);
    expect(time.delays).toEqual([200]);
    time.pass();
    expect(runs).toBe(1);
    expect(time.pending).toEqual([]);
  });

  it('accepts any time after it ran, also from within the run', () => {
    const time = new FakeTime();
    const runs: number[] = [];
    const timer: EarliestTimer = timerIn(time, () => {
      runs.push(time.now);
      if (runs.length === 1) timer.by(time.now + 300);
    });
    timer.by(1_100);
    time.pass();
    expect(time.delays).toEqual([300]);
    time.pass();
    timer.by(5_000);
    expect(time.delays).toEqual([3_600]);
    expect(runs).toEqual([1_100, 1_400]);
  });

  it('runs at once for a time that is past', () => {
    const time = new FakeTime();
    timerIn(time).by(10);
    expect(time.delays).toEqual([0]);
  });

  it('runs early when a timer cannot reach the time', () => {
    const time = new FakeTime();
    timerIn(time).by(time.now + 2 ** 40);
    expect(time.delays).toEqual([2 ** 31 - 1]);
  });

  it('does nothing without a time', () => {
    const time = new FakeTime();
    timerIn(time).by(undefined);
    expect(time.pending).toEqual([]);
  });

  it('clears its timer when it is stopped, and can be set again', () => {
    const time = new FakeTime();
    const timer = timerIn(time);
    timer.stop();
    timer.by(2_000);
    timer.stop();
    timer.stop();
    expect(time.cleared).toBe(1);
    expect(time.pending).toEqual([]);
    timer.by(3_000);
    expect(time.delays).toEqual([2_000]);
  });
});
