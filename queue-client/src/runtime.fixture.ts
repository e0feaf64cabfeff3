import { idFactory } from '@typed-queue/contracts';
import type { Runtime } from './runtime.js';

/** A runtime in which nothing happens by itself: tests say when a turn ends and when a timer fires. */
export class ManualRuntime implements Omit<Runtime, 'openSocket'> {
  readonly reports: { readonly text: string; readonly error: unknown }[] = [];
  readonly newId = idFactory({ now: () => 1_000, random: () => 1 });
  readonly newSecret = (): string => '5ec2e7'.padEnd(64, '0');
  /** The timers that are set, with their milliseconds. */
  readonly timers = new Map<() => void, number>();
  #deferred: (() => void)[] = [];

  get deferred(): number {
    return this.#deferred.length;
  }

  readonly defer = (run: () => void): void => {
    this.#deferred.push(run);
  };

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = (): void => run();
    this.timers.set(timer, ms);
    return () => void this.timers.delete(timer);
  };

  readonly random = (): number => 1;

  readonly report = (text: string, error: unknown): void => {
    this.reports.push({ text, error });
  };

  /** Ends the turn: what was deferred runs, and what that defers. */
  turn(): void {
    for (let run = this.#deferred.shift(); run !== undefined; run = this.#deferred.shift()) run();
  }

  /** Fires the timer that is due first; undefined: none is set. */
  fire(): number | undefined {
    const [first] = [...this.timers].sort((a, b) => a[1] - b[1]);
    if (first === undefined) return undefined;
    this.timers.delete(first[0]);
    first[0]();
    return first[1];
  }
}

/** Lets promises that are settled already run what waits for them. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
