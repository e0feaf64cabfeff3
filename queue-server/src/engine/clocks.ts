import type { After } from '@typed-queue/contracts/wire';

/** The last time of a Date, in milliseconds since 1970. */
export const MAX_TIME = 8.64e15;

/**
 * Two clocks. Leases and delays count by one that is never set: they must not wait for an hour because the wall clock
 * was set back by one. What is stored or shown has wall clock times: the other clock means nothing to the next process.
 */
export interface Clocks {
  /** For durations: milliseconds of a clock that is never set. */
  readonly now: () => number;
  /** For points in time and ages: milliseconds since 1970. */
  readonly wallNow: () => number;
}

/** The clocks of a server and its timers, which count by `now`. */
export interface ServerClock extends Clocks {
  readonly after: After;
}

/** The wall clock at the start of the process, continued steadily even when that is set. */
export const steadyNow = (): number => Math.round(performance.timeOrigin + performance.now());

/** A time of the steady clock, to be stored. */
export const toWallTime = (time: number, { now, wallNow }: Clocks): number => wallNow() + (time - now());

/** A stored time by the steady clock, at most `maxMs` from now: the wall clock may have been set since it was stored. */
export const fromWallTime = (time: number, maxMs: number, { now, wallNow }: Clocks): number =>
  now() + Math.min(time - wallNow(), maxMs);
