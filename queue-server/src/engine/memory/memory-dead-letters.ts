import type { DeadLetter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';
import {
  type DeadLetters,
  editedLetter,
  letterFilter,
  type LetterTotals,
  type NewLetter,
} from '../groups/dead-letters.js';

/** The dead letters of one queue in memory, lost when the process ends. */
export class MemoryDeadLetters implements DeadLetters {
  /** By position, ascending. */
  readonly #all = new Map<number, { readonly letter: DeadLetter; readonly bytes: number }>();
  readonly #hidden = new Set<number>();
  /** How many of each group are listed. */
  readonly #counts = new Map<string, number>();
  #newest = 0;
  #bytes = 0;

  async add(letters: readonly NewLetter[]): Promise<void> {
    for (const { replaces = [], ...letter } of letters) {
      const position = ++this.#newest;
      const bytes = JSON.stringify(letter).length;
      this.#all.set(position, { letter: { position, ...letter }, bytes });
      this.#bytes += bytes;
      this.#count(letter.group, 1);
      await this.remove(replaces);
    }
  }

  async list(query: DeadLetterQuery): Promise<DeadLetterPage> {
    const { after = 0, limit = 100, through = Infinity } = query;
    const matches = letterFilter(query);
    const letters: DeadLetter[] = [];
    for (const [position, { letter }] of this.#all) {
      if (position <= after || position > through || this.#hidden.has(position) || !matches(letter)) continue;
      if (letters.length === limit) return { letters, gaps: [], next: letters.at(-1)?.position ?? after };
      letters.push(letter);
    }
    return { letters, gaps: [], next: null };
  }

  async read(positions: readonly number[]): Promise<readonly DeadLetter[]> {
    return positions.flatMap((position) => this.#all.get(position)?.letter ?? []);
  }

  async edit(position: number, payload: unknown): Promise<DeadLetter | undefined> {
    const found = this.#all.get(position);
    const letter = found && editedLetter(found.letter, payload);
    if (found === undefined || letter === undefined) return undefined;
    const bytes = JSON.stringify(letter).length;
    this.#all.set(position, { letter, bytes });
    this.#bytes += bytes - found.bytes;
    return letter;
  }

  async remove(positions: readonly number[]): Promise<void> {
    for (const position of positions) {
      const found = this.#all.get(position);
      if (found === undefined) continue;
      this.#all.delete(position);
      this.#bytes -= found.bytes;
      if (!this.#hidden.delete(position)) this.#count(found.letter.group, -1);
    }
  }

  hide(positions: readonly number[]): readonly number[] {
    const listed = positions.filter((position) => this.has(position) && !this.#hidden.has(position));
    for (const position of listed) this.#hidden.add(position);
    this.#countAll(listed, -1);
    return listed;
  }

  show(positions: readonly number[]): void {
    const shown = positions.filter((position) => this.#hidden.delete(position));
    this.#countAll(shown, 1);
  }

  has(position: number): boolean {
    return this.#all.has(position);
  }

  count(group: string): number {
    return this.#counts.get(group) ?? 0;
  }

  totals(): LetterTotals {
    const bytes = this.#bytes;
    return { letters: this.#all.size - this.#hidden.size, bytes, live: bytes, newest: this.#newest };
  }

  fault(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    // Nothing but memory to release.
  }

  #countAll(positions: readonly number[], by: number): void {
    for (const position of positions) this.#count(this.#all.get(position)?.letter.group ?? '', by);
  }

  #count(group: string, by: number): void {
    this.#counts.set(group, this.count(group) + by);
  }
}
