import type { After } from '@typed-queue/contracts/wire';
import { MINUTE, SECOND, type DeadLetter, type DeadLetterRetention } from '@typed-queue/contracts';
import { EarliestTimer } from '../earliest-timer.js';
import { type DeadLetters, discard } from './dead-letters.js';

export interface DeadLetterExpiryDeps {
  readonly bounds: DeadLetterRetention;
  readonly deadLetters: Pick<DeadLetters, 'list' | 'hide' | 'show' | 'remove' | 'totals'>;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
  /** Milliseconds since 1970, as letters have them. */
  readonly wallNow: () => number;
  readonly after: After;
  /** Called with the number of letters of a group that a bound removed. */
  readonly onExpired: (group: string, letters: number) => void;
  readonly onError: (error: unknown) => void;
}

/** How many letters are checked at once. */
const PAGE = 100;
/** Checked after this part of `maxAgeMs`, within these bounds. */
const INTERVAL_PART = 1 / 8;
const [MIN_INTERVAL_MS, MAX_INTERVAL_MS] = [SECOND, MINUTE];

/** Removes the oldest dead letters of a queue when its definition bounds them. Redriven ones are not dead letters. */
export class DeadLetterExpiry {
  readonly #deps: DeadLetterExpiryDeps;
  readonly #timer: EarliestTimer;
  #checking: Promise<void> | undefined;
  #stopped: boolean;
  /** How many letters were removed. */
  expired = 0;

  constructor(deps: DeadLetterExpiryDeps) {
    this.#deps = deps;
    this.#timer = new EarliestTimer(() => void this.check(), deps.now, deps.after);
    const { maxAgeMs, maxBytes } = deps.bounds;
    this.#stopped = maxAgeMs === undefined && maxBytes === undefined;
    this.#wait();
  }

  /** Checks now, and then at intervals. */
  check(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return (this.#checking ??= this.#check());
  }

  /** Resolves when nothing is being removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer.stop();
    await this.#checking;
  }

  async #check(): Promise<void> {
    const { deadLetters, onError } = this.#deps;
    try {
      let more = true;
      for (let after = 0; more && !this.#stopped;) {
        const { letters, next } = await deadLetters.list({ after, limit: PAGE });
        const over = this.#over(letters);
        if (over.length > 0) await this.#remove(over);
        more = next !== null && over.length === letters.length;
        after = next ?? 0;
      }
    } catch (error) {
      if (!this.#isStopped()) onError(error);
    } finally {
      this.#checking = undefined;
      this.#wait();
    }
  }

  /** The first letters that are too old, or more than fit. */
  #over(letters: readonly DeadLetter[]): readonly DeadLetter[] {
    const { bounds, deadLetters, wallNow } = this.#deps;
    const { maxAgeMs = Infinity, maxBytes = Infinity } = bounds;
    let bytes = deadLetters.totals().live;
    const kept = letters.findIndex((letter) => {
      const isOver = wallNow() - letter.time > maxAgeMs || bytes > maxBytes;
      bytes -= JSON.stringify(letter).length;
      return !isOver;
    });
    return kept < 0 ? letters : letters.slice(0, kept);
  }

  async #remove(letters: readonly DeadLetter[]): Promise<void> {
    const { deadLetters, onExpired } = this.#deps;
    const positions = letters.map(({ position }) => position);
    const gone = new Set(await discard(deadLetters, positions));
    this.expired += gone.size;
    const counts = new Map<string, number>();
    for (const { position, group } of letters) {
      if (gone.has(position)) counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    for (const [group, count] of counts) onExpired(group, count);
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #wait(): void {
    if (this.#isStopped()) return;
    const { bounds, now } = this.#deps;
    const everyMs = Math.min(
      MAX_INTERVAL_MS,
      Math.max(MIN_INTERVAL_MS, (bounds.maxAgeMs ?? Infinity) * INTERVAL_PART),
    );
    this.#timer.by(now() + everyMs);
  }
}
