import type { DeadLetter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';
import type { DeadLetters } from '../local/dead-letters.js';

/** Copies of what groups gave up, for as long as the process lives. */
export class MemoryDeadLetters implements DeadLetters {
  readonly #byQueue = new Map<string, DeadLetter[]>();

  async add(queue: string, letters: readonly Omit<DeadLetter, 'position'>[]): Promise<void> {
    const kept = this.#byQueue.get(queue) ?? [];
    this.#byQueue.set(queue, kept);
    for (const letter of letters) kept.push({ position: kept.length + 1, ...letter });
  }

  async list(queue: string, { group, after = 0, limit = 100 }: DeadLetterQuery): Promise<DeadLetterPage> {
    const wanted = (this.#byQueue.get(queue) ?? [])
      .slice(after)
      .filter((letter) => group === undefined || letter.group === group);
    const letters = wanted.slice(0, limit);
    return { letters, next: wanted.length > limit ? (letters.at(-1)?.position ?? after) : null };
  }

  count(queue: string, group: string): number {
    return (this.#byQueue.get(queue) ?? []).filter((letter) => letter.group === group).length;
  }

  trouble(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    // Nothing is held but memory.
  }
}
