import type { DeadLetter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { DeadLetters, LettersHeld, NewLetter } from '../groups/dead-letters.js';
import type { RestoredLetters } from '../groups/dead-letter-recovery.js';
import { QueueLetters } from './queue-letters.js';

/** Opens the journal of a queue's dead letters, making it when it is not there. */
export type OpenDeadLetters = (queue: string) => Promise<Journal>;

/** Copies of what groups gave up: a journal for each queue that has any. */
export class DeadLetterLog implements DeadLetters, RestoredLetters {
  readonly #open: OpenDeadLetters;
  readonly #onError: (error: unknown) => void;
  readonly #opening = new Map<string, Promise<QueueLetters>>();
  readonly #opened = new Map<string, QueueLetters>();

  /** `onError` is told of failures that nobody waits for. */
  constructor(open: OpenDeadLetters, onError: (error: unknown) => void) {
    this.#open = open;
    this.#onError = onError;
  }

  /** Opens the journal of a queue that has one already; returns which of the letters with these ids there are. */
  async restore(queue: string, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    return (await this.#letters(queue)).restore(ids);
  }

  async add(queue: string, letters: readonly NewLetter[]): Promise<void> {
    await (await this.#letters(queue)).add(letters);
  }

  async list(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    return this.#opened.get(queue)?.list(query) ?? { letters: [], gaps: [], next: null };
  }

  async read(queue: string, positions: readonly number[]): Promise<readonly DeadLetter[]> {
    return this.#opened.get(queue)?.read(positions) ?? [];
  }

  async remove(queue: string, positions: readonly number[]): Promise<void> {
    if (positions.length > 0) await this.#opened.get(queue)?.remove(positions);
  }

  hide(queue: string, positions: readonly number[]): readonly number[] {
    return this.#opened.get(queue)?.index.hide(positions) ?? [];
  }

  show(queue: string, positions: readonly number[]): void {
    this.#opened.get(queue)?.index.show(positions);
  }

  has(queue: string, position: number): boolean {
    return this.#opened.get(queue)?.index.has(position) ?? false;
  }

  mayHaveLost(queue: string, position: number): boolean {
    return this.#opened.get(queue)?.mayHaveLost(position) ?? true;
  }

  count(queue: string, group: string): number {
    return this.#opened.get(queue)?.index.count(group) ?? 0;
  }

  held(queue: string): LettersHeld {
    return this.#opened.get(queue)?.held ?? { letters: 0, bytes: 0, live: 0, newest: 0 };
  }

  fault(): Error | undefined {
    for (const { journal } of this.#opened.values()) {
      const trouble = journal.trouble();
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  async close(): Promise<void> {
    // One that cannot be opened has nothing to close.
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#opened.values()].map((letters) => letters.close()));
  }

  #letters(queue: string): Promise<QueueLetters> {
    const known = this.#opening.get(queue);
    if (known !== undefined) return known;
    const opening = this.#open(queue).then(
      (journal) => {
        const letters = new QueueLetters(journal, this.#onError);
        this.#opened.set(queue, letters);
        return letters;
      },
      (error: unknown) => {
        this.#opening.delete(queue);
        throw error;
      },
    );
    this.#opening.set(queue, opening);
    return opening;
  }
}
