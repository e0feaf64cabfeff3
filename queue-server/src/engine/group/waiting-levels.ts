import type { Range } from '@typed-queue/contracts';
import type { Prioritised } from './prioritised.js';
import { add, indexOf } from './seq-lists.js';

/** A message of an ordering key, and what it counts as. */
interface Waiting {
  readonly seq: number;
  readonly priority: number;
  level: number;
}

export const LEVELS = 10;

/**
 * Messages with a priority that were never handed out, by what they count as: those with an ordering key as no higher
 * than the ones before them of their key.
 */
export class WaitingLevels {
  /** Ascending; of level 0 none. */
  readonly #seqs = Array.from({ length: LEVELS }, (): number[] => []);
  /** By the hash of an ordering key, ascending. */
  readonly #keys = new Map<number, Waiting[]>();

  add({ seq, priority, keyHash }: Prioritised): void {
    if (keyHash === 0) {
      this.#insert(priority, seq);
      return;
    }
    const waiting = this.#keys.get(keyHash) ?? [];
    this.#keys.set(keyHash, waiting);
    const at = indexOf(waiting, seq, (each) => each.seq);
    waiting.splice(at, 0, { seq, priority, level: 0 });
    this.#relevel(waiting, at);
  }

  /** Does nothing when the message does not wait. */
  remove({ seq, priority, keyHash }: Prioritised): void {
    if (keyHash === 0) {
      this.#delete(priority, seq);
      return;
    }
    const waiting = this.#keys.get(keyHash) ?? [];
    const at = indexOf(waiting, seq, (each) => each.seq);
    const found = waiting[at];
    if (found?.seq !== seq) return;
    this.#delete(found.level, seq);
    waiting.splice(at, 1);
    if (waiting.length === 0) this.#keys.delete(keyHash);
    this.#relevel(waiting, at);
  }

  /** The first messages of a level, at most `limit`, that are in ascending ranges. */
  within(level: number, ranges: readonly Range[], limit: number): readonly Range[] {
    const found: Range[] = [];
    let count = 0;
    let at = 0;
    for (const seq of this.#seqs[level] ?? []) {
      if (count === limit) break;
      while ((ranges[at]?.[1] ?? Infinity) < seq) at++;
      const range = ranges[at];
      if (range === undefined) break;
      if (seq < range[0]) continue;
      add(found, [seq, seq]);
      count++;
    }
    return found;
  }

  /** Levels of a key from an index on, until one stays as it was. */
  #relevel(waiting: readonly Waiting[], from: number): void {
    for (let at = from; at < waiting.length; at++) {
      const each = waiting[at];
      if (each === undefined) return;
      const level = Math.min(each.priority, waiting[at - 1]?.level ?? each.priority);
      if (level === each.level && at > from) return;
      this.#delete(each.level, each.seq);
      this.#insert(level, each.seq);
      each.level = level;
    }
  }

  #insert(level: number, seq: number): void {
    const seqs = level === 0 ? undefined : this.#seqs[level];
    seqs?.splice(indexOf(seqs, seq, same), 0, seq);
  }

  #delete(level: number, seq: number): void {
    const seqs = this.#seqs[level] ?? [];
    const at = indexOf(seqs, seq, same);
    if (seqs[at] === seq) seqs.splice(at, 1);
  }
}

const same = (seq: number): number => seq;
