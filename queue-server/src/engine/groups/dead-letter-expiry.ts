import { MINUTE, SECOND, type DeadLetter, type DeadLetterRetention } from '@typed-queue/contracts';
import { EarliestTimer, type Timers } from '../timers.js';
import { type DeadLetters, discard } from './dead-letters.js';

export interface DeadLetterExpiryParts {
  readonly queue: string;
  readonly bounds: DeadLetterRetention;
  readonly deadLetters: Pick<DeadLetters, 'list' | 'hide' | 'show' | 'remove' | 'held'>;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
  /** Milliseconds since 1970, as letters have them. */
  readonly wallNow: () => number;
  readonly timers: Timers;
  /** Told how many letters of a group were lost to a bound. */
  readonly onExpired: (group: string, letters: number) => void;
  readonly onError: (error: unknown) => void;
}

/** So many letters are looked at together. */
const LETTERS_AT_ONCE = 100;
/** How often to look at most and at least. */
const [OFTEN_MS, SELDOM_MS] = [SECOND, MINUTE];
const PART = 1 / 8;

/** Removes the oldest dead letters of a queue when its definition bounds them. What is redriven is no dead letter. */
export class DeadLetterExpiry {
  readonly #parts: DeadLetterExpiryParts;
  readonly #alarm: EarliestTimer;
  #checking: Promise<void> | undefined;
  #stopped: boolean;
  /** How many letters it removed. */
  expired = 0;

  constructor(parts: DeadLetterExpiryParts) {
    this.#parts = parts;
    this.#alarm = new EarliestTimer(() => void this.check(), parts.now, parts.timers);
    const { maxAgeMs, maxBytes } = parts.bounds;
    this.#stopped = maxAgeMs === undefined && maxBytes === undefined;
    this.#wait();
  }

  /** Looks now, and from then on at the next time. */
  check(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return (this.#checking ??= this.#check());
  }

  /** Resolves when nothing is being removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.stop();
    await this.#checking;
  }

  async #check(): Promise<void> {
    const { queue, deadLetters, onError } = this.#parts;
    try {
      let more = true;
      for (let after = 0; more && !this.#stopped;) {
        const { letters, next } = await deadLetters.list(queue, { after, limit: LETTERS_AT_ONCE });
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
    const { queue, bounds, deadLetters, wallNow } = this.#parts;
    const { maxAgeMs = Infinity, maxBytes = Infinity } = bounds;
    let bytes = deadLetters.held(queue).live;
    const kept = letters.findIndex((letter) => {
      const isOver = wallNow() - letter.time > maxAgeMs || bytes > maxBytes;
      bytes -= JSON.stringify(letter).length;
      return !isOver;
    });
    return kept < 0 ? letters : letters.slice(0, kept);
  }

  async #remove(letters: readonly DeadLetter[]): Promise<void> {
    const { queue, deadLetters, onExpired } = this.#parts;
    const positions = letters.map(({ position }) => position);
    const gone = new Set(await discard(deadLetters, queue, positions));
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
    const { bounds, now } = this.#parts;
    const everyMs = Math.min(SELDOM_MS, Math.max(OFTEN_MS, (bounds.maxAgeMs ?? Infinity) * PART));
    this.#alarm.by(now() + everyMs);
  }
}
