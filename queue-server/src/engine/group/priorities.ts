import type { Range } from '@typed-queue/contracts';
import type { Prioritised } from './prioritised.js';
import { add, before, firstOf, firstOutside, indexOf, joined } from './seq-lists.js';
import { LEVELS, WaitingLevels } from './waiting-levels.js';

/** Messages that may be handed out, ascending. */
export interface Ready {
  /** They were never handed out. */
  readonly fresh: readonly Range[];
  /** They were handed out and came back. */
  readonly returned: readonly Range[];
}

/** Messages that a claim is to hand out, ascending. */
export interface HandOut {
  readonly ranges: readonly Range[];
  /** They go before older ones that are ready. */
  readonly overtaking: boolean;
}

/** How many of each ten messages may be handed out before the oldest ready one. */
const OVERTAKING = 9;
/** How many may overtake it at once. */
const MAX_OVERTAKING = 90;

/**
 * The priorities of the messages that a group has looked at, and the order in which it hands out those that are ready:
 * higher ones first, of the same priority the oldest. A message with an ordering key counts as no higher than those
 * before it of its key. After nine messages that overtook the oldest one it is the oldest one's turn; where many are
 * handed out at once, after up to 98 it is the turn of the ten oldest. So none starves.
 */
export class Priorities {
  /** Those that are not settled, ascending. */
  readonly #entries: Prioritised[] = [];
  readonly #waiting = new WaitingLevels();
  readonly #reopened = new Set<number>();
  #end: number;
  /** How many messages overtook the oldest one, less nine for each of the oldest that was handed out. */
  #overtaken = 0;

  constructor(start: number) {
    this.#end = start;
  }

  /** The first seq that was not looked at. */
  get end(): number {
    return this.#end;
  }
  get size(): number {
    return this.#entries.length;
  }
  /** Messages before the end that are to be looked at again. */
  get reopened(): readonly number[] {
    return [...this.#reopened];
  }

  /** A message that was settled is pending again. */
  reopen(seq: number): void {
    if (seq < this.#end) this.#reopened.add(seq);
  }

  /** Adds the next messages that were looked at: all before the new end, as far as they matter. */
  learn(entries: readonly Prioritised[], end: number): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#waiting.add(entry);
    }
    this.#end = end;
  }

  /** Adds a message that was reopened; undefined: it has neither priority nor key. */
  relearn(seq: number, entry: Prioritised | undefined): void {
    this.#reopened.delete(seq);
    this.settled([seq, seq]);
    if (entry === undefined) return;
    this.#entries.splice(this.#find(seq), 0, entry);
    this.#waiting.add(entry);
  }

  /** Forgets messages. */
  settled([from, to]: Range): void {
    const at = this.#find(from);
    const settled = this.#entries.splice(at, this.#find(to + 1) - at);
    for (const entry of settled) this.#waiting.remove(entry);
  }

  /** The next of the messages that are ready, at most `limit`; those that were not looked at wait. */
  next({ fresh, returned }: Ready, limit: number): HandOut {
    const news = before(fresh, this.#end);
    const again = before(returned, this.#end);
    const ready = joined(news, again);
    const levels = this.#levelsOf(again);
    for (let level = LEVELS - 1; level > 0; level--) {
      const highest = joined(this.#waiting.within(level, news, limit), levels[level] ?? []);
      if (highest.length > 0) return this.#nextOf(highest, ready, limit);
    }
    return { ranges: firstOf(ready, limit), overtaking: false };
  }

  /** These messages were handed out. */
  handedOut(ranges: readonly Range[], overtaking: boolean): void {
    let messages = 0;
    for (const [from, to] of ranges) {
      messages += to - from + 1;
      for (const entry of this.#within(from, to)) this.#waiting.remove(entry);
    }
    this.#overtaken = Math.max(0, this.#overtaken + (overtaking ? messages : -OVERTAKING * messages));
  }

  #nextOf(highest: readonly Range[], ready: readonly Range[], limit: number): HandOut {
    const oldest = firstOutside(ready, highest);
    const leading = before(highest, oldest);
    if (leading.length > 0) return { ranges: firstOf(leading, limit), overtaking: false };
    if (this.#overtaken < OVERTAKING)
      return { ranges: firstOf(highest, Math.min(limit, MAX_OVERTAKING)), overtaking: true };
    const due = Math.floor(this.#overtaken / OVERTAKING);
    return { ranges: firstOf(ready, Math.min(limit, due)), overtaking: false };
  }

  /** Messages that came back, by their priorities. */
  #levelsOf(returned: readonly Range[]): readonly Range[][] {
    const levels = Array.from({ length: LEVELS }, (): Range[] => []);
    for (const [from, to] of returned) {
      for (const { seq, priority } of this.#within(from, to)) add(levels[priority] ?? [], [seq, seq]);
    }
    return levels;
  }

  #within(from: number, to: number): readonly Prioritised[] {
    return this.#entries.slice(this.#find(from), this.#find(to + 1));
  }

  #find(seq: number): number {
    return indexOf(this.#entries, seq, (entry) => entry.seq);
  }
}
