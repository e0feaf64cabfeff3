import type { Retention } from '@typed-queue/contracts';
import { EarliestTimer, type Timers } from '../timers.js';
import { checkEveryMs, firstKept, isBounded, isRollDue, type Piece } from './retention-policy.js';

/** A log that can lose its oldest pieces. */
export interface PiecedLog {
  /** The oldest first. */
  pieces(): readonly Piece[];
  /** Begins a new piece. */
  roll(): Promise<void>;
  /** Removes the pieces, but the last, that hold only messages before a seq. */
  dropBefore(seq: number): Promise<void>;
  /** Why no piece can be begun at the moment. */
  fault(): Error | undefined;
}

export interface RetentionRules {
  readonly retention: Retention;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
  /** Milliseconds since 1970, as messages have them. Default: `now`. */
  readonly wallNow?: () => number;
  readonly timers: Timers;
  /** Told of what could not be removed; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** Removes from a log what its queue need not keep, from time to time. A queue without bounds keeps everything. */
export class RunningRetention {
  readonly #log: PiecedLog;
  readonly #rules: RetentionRules;
  readonly #alarm: EarliestTimer;
  #running: Promise<void> | undefined;
  /** Asked for while it ran. */
  #again = false;
  #stopped: boolean;

  constructor(log: PiecedLog, rules: RetentionRules) {
    this.#log = log;
    this.#rules = rules;
    this.#alarm = new EarliestTimer(() => this.check(), rules.now, rules.timers);
    this.#stopped = !isBounded(rules.retention);
    this.#wait();
  }

  /** Looks now, and from then on at the next time. */
  check(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is being removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#isStopped()) {
      this.#again = false;
      try {
        await this.#remove();
      } catch (error) {
        // A log that was closed meanwhile refuses: that is no fault.
        if (!this.#isStopped()) this.#rules.onError(error);
      }
    }
    this.#running = undefined;
    this.#wait();
  }

  async #remove(): Promise<void> {
    const log = this.#log;
    const { retention, now, wallNow = now } = this.#rules;
    const isDue = isRollDue(log.pieces().at(-1), retention, wallNow());
    // A full disk has no room for a new piece, and needs most that old ones go.
    if (isDue && log.fault() === undefined) await log.roll();
    await log.dropBefore(firstKept(log.pieces(), retention, wallNow()));
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #wait(): void {
    if (!this.#isStopped()) this.#alarm.by(this.#rules.now() + checkEveryMs(this.#rules.retention));
  }
}
