import { MINUTE } from '@typed-queue/contracts';
import type { ServerClock } from '../engine/clocks.js';

/** Runs at the earliest of some times of the wall clock, and at least each minute before: that clock may be set. */
export class ScheduleTimer {
  readonly #clock: ServerClock;
  readonly #run: () => void;
  /** By the clock that is never set. */
  #at = Infinity;
  #cancel: () => void = () => undefined;

  constructor(clock: ServerClock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  /** Runs at this time or before. Milliseconds since 1970. */
  by(time: number): void {
    const { now, wallNow, after } = this.#clock;
    const delay = Math.min(Math.max(0, Math.ceil(time - wallNow())), MINUTE);
    if (now() + delay >= this.#at) return;
    this.stop();
    this.#at = now() + delay;
    this.#cancel = after(delay, () => {
      this.#at = Infinity;
      this.#run();
    });
  }

  stop(): void {
    if (this.#at !== Infinity) this.#cancel();
    this.#at = Infinity;
  }
}
