import { MINUTE, QueueError, SECOND } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { MAX_TIME, type ServerClock } from '../engine/clocks.js';
import { Turns } from './turns.js';

const HOUR = 60 * MINUTE;
const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: 24 * HOUR } as const;

/** Milliseconds, or a text: `'250ms'`, `'30s'`, `'5m'`, `'2h'`, `'7d'`. */
export type Duration = number | `${number}${keyof typeof UNITS}`;

const milliseconds = (duration: Duration): number => {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(
    typeof duration === 'number' ? `${duration}ms` : duration,
  ) ?? [undefined, undefined, undefined];
  if (count === undefined) {
    throw new QueueError(
      'request_invalid',
      `advance: "${duration}" is no duration. Give milliseconds, or a number with ms, s, m, h or d: '30s'.`,
    );
  }
  // Safe: the pattern admits these units only.
  return Number(count) * UNITS[unit as keyof typeof UNITS];
};

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** The server whose time it is. */
interface TimedServer {
  /** Resolves when everything that became due has been done. */
  rest(): Promise<void>;
  /** The same, for what a timer begins. */
  runTimer(run: () => void): Promise<void>;
}

/** The time of a test queue: between two calls of `advance` none passes. */
export interface TestClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Lets time pass for the server. Timers run at their times, in order; before the next one the server comes to rest:
   * what became due is stored and has reached the clients. Resolves when that holds for all of them. Handlers may still
   * run, see `TestQueue.idle`. Calls at once run one after the other: each begins where the one before it ended.
   * @throws QueueError `request_invalid` when it is no duration, or ends after the last time of a Date; `closed`
   */
  advance(duration: Duration): Promise<void>;
}

/** The clock of a server that only a test moves. */
export class VirtualClock implements ServerClock, TestClock {
  readonly #server: TimedServer;
  readonly #timers = new Set<Timer>();
  readonly #turns = new Turns();
  #now: number;

  constructor(start: number, server: TimedServer) {
    this.#now = start;
    this.#server = server;
  }

  readonly now = (): number => this.#now;
  readonly wallNow = this.now;

  readonly after: After = (ms, run) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  async advance(duration: Duration): Promise<void> {
    const ms = milliseconds(duration);
    await this.#turns.take(() => this.#advance(ms));
  }

  /** Forgets all timers: the server that started them is gone. */
  stopTimers(): void {
    this.#timers.clear();
  }

  async #advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    if (end > MAX_TIME)
      throw new QueueError('request_invalid', `advance: ${ms} ms from now there is no Date.`);
    await this.#server.rest();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      await this.#server.runTimer(next.run);
    }
    this.#now = end;
    await this.#server.rest();
  }

  /** The earliest timer that is due by then. */
  #next(end: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && timer.at < (earliest?.at ?? Infinity)) earliest = timer;
    }
    return earliest;
  }
}
