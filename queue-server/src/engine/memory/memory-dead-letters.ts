import type { DeadLetter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';
import { type DeadLetters, letterFilter, type LetterTotals, type NewLetter } from '../groups/dead-letters.js';

/** The letters of one queue. */
class Letters {
  /** By position, ascending. */
  readonly all = new Map<number, { readonly letter: DeadLetter; readonly bytes: number }>();
  readonly hidden = new Set<number>();
  /** How many of each group are listed. */
  readonly counts = new Map<string, number>();
  newest = 0;
  bytes = 0;

  count(group: string, by: number): void {
    this.counts.set(group, (this.counts.get(group) ?? 0) + by);
  }
}

/** Dead letters in memory, lost when the process ends. */
export class MemoryDeadLetters implements DeadLetters {
  readonly #byQueue = new Map<string, Letters>();

  async add(queue: string, letters: readonly NewLetter[]): Promise<void> {
    const kept = this.#of(queue);
    for (const { replaces = [], ...letter } of letters) {
      const position = ++kept.newest;
      const bytes = JSON.stringify(letter).length;
      kept.all.set(position, { letter: { position, ...letter }, bytes });
      kept.bytes += bytes;
      kept.count(letter.group, 1);
      await this.remove(queue, replaces);
    }
  }

  async list(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    const { after = 0, limit = 100, through = Infinity } = query;
    const { all, hidden } = this.#of(queue);
    const matches = letterFilter(query);
    const letters: DeadLetter[] = [];
    for (const [position, { letter }] of all) {
      if (position <= after || position > through || hidden.has(position) || !matches(letter)) continue;
      if (letters.length === limit) return { letters, gaps: [], next: letters.at(-1)?.position ?? after };
      letters.push(letter);
    }
    return { letters, gaps: [], next: null };
  }

  async read(queue: string, positions: readonly number[]): Promise<readonly DeadLetter[]> {
    const { all } = this.#of(queue);
    return positions.flatMap((position) => all.get(position)?.letter ?? []);
  }

  async remove(queue: string, positions: readonly number[]): Promise<void> {
    const kept = this.#of(queue);
    for (const position of positions) {
      const found = kept.all.get(position);
      if (found === undefined) continue;
      kept.all.delete(position);
      kept.bytes -= found.bytes;
      if (!kept.hidden.delete(position)) kept.count(found.letter.group, -1);
    }
  }

  hide(queue: string, positions: readonly number[]): readonly number[] {
    const { all, hidden } = this.#of(queue);
    const listed = positions.filter((position) => all.has(position) && !hidden.has(position));
    for (const position of listed) hidden.add(position);
    this.#countAll(queue, listed, -1);
    return listed;
  }

  show(queue: string, positions: readonly number[]): void {
    const { hidden } = this.#of(queue);
    this.#countAll(
      queue,
      positions.filter((position) => hidden.delete(position)),
      1,
    );
  }

  has(queue: string, position: number): boolean {
    return this.#of(queue).all.has(position);
  }

  count(queue: string, group: string): number {
    return this.#of(queue).counts.get(group) ?? 0;
  }

  totals(queue: string): LetterTotals {
    const { all, hidden, bytes, newest } = this.#of(queue);
    return { letters: all.size - hidden.size, bytes, live: bytes, newest };
  }

  fault(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    // Nothing is held but memory.
  }

  #countAll(queue: string, positions: readonly number[], by: number): void {
    const kept = this.#of(queue);
    for (const position of positions) kept.count(kept.all.get(position)?.letter.group ?? '', by);
  }

  #of(queue: string): Letters {
    const kept = this.#byQueue.get(queue) ?? new Letters();
    this.#byQueue.set(queue, kept);
    return kept;
  }
}
