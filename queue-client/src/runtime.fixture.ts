import { idFactory } from '@typed-queue/contracts/wire';
import type { HandlerScope } from './consuming/handler-scope.js';
import type { Runtime } from './runtime.js';

/** A runtime in which nothing happens by itself: tests say when a turn ends and when a timer fires. */
export class ManualRuntime implements Omit<Runtime, 'openSocket'> {
  readonly reports: { readonly text: string; readonly error: unknown }[] = [];
  readonly warnings: string[] = [];
  /** What the clocks say; tests set it. */
  readonly time = { now: 0, wall: 1_000_000 };
  readonly newId = idFactory({ now: () => 1_000, random: () => 1 });
  readonly newSecret = (): string => '5ec2e7'.padEnd(64, '0');
  /** The timers that are set, with their milliseconds. */
  readonly timers = new Map<() => void, number>();
  readonly #dueAt = new Map<() => void, number>();
  #deferred: (() => void)[] = [];

  get deferred(): number {
    return this.#deferred.length;
  }

  readonly defer = (run: () => void): void => {
    this.#deferred.push(run);
  };

  readonly soon = this.defer;

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = (): void => run();
    this.timers.set(timer, ms);
    this.#dueAt.set(timer, this.time.now + ms);
    return () => void this.timers.delete(timer);
  };

  readonly random = (): number => 1;
  readonly now = (): number => this.time.now;
  readonly wallNow = (): number => this.time.wall;

  /** Whether a handler is calling; tests say so. */
  asHandler = false;
  readonly scope: HandlerScope = {
    run: (_, handle, given, context) => handle(given, context),
    inside: () => this.asHandler,
  };

  readonly report = (text: string, error: unknown): void => {
    this.reports.push({ text, error });
  };

  readonly warn = (line: string): void => {
    this.warnings.push(line);
  };

  /** Lets time pass by both clocks. Timers stay. */
  pass(ms: number): void {
    this.time.now += ms;
    this.time.wall += ms;
  }

  /** One round of the event loop: the timers that are due by the clock, and what was deferred before. */
  round(): void {
    for (const timer of [...this.timers.keys()]) {
      if ((this.#dueAt.get(timer) ?? 0) > this.time.now) continue;
      this.timers.delete(timer);
      timer();
    }
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const run of deferred) run();
  }

  /** Ends the turn: what was deferred runs, and what that defers. */
  endTurn(): void {
    for (let run = this.#deferred.shift(); run !== undefined; run = this.#deferred.shift()) run();
  }

  /** Fires the timer that is due first; undefined: none is set. */
  fireNextTimer(): number | undefined {
    const [first] = [...this.timers].sort((a, b) => a[1] - b[1]);
    if (first === undefined) return undefined;
    this.timers.delete(first[0]);
    first[0]();
    return first[1];
  }
}

/** Resolves when the callbacks of promises that are settled already have run. */
export const eventLoopIdle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
