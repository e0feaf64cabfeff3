import type { DeadLetter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';

/** Where an engine keeps copies of what groups gave up. Retention never touches them. */
export interface DeadLetters {
  /** Resolves when the copies are as durable as the log. */
  add(queue: string, letters: readonly Omit<DeadLetter, 'position'>[]): Promise<void>;
  /** The oldest first. */
  list(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage>;
  /** How many there are of a group. */
  count(queue: string, group: string): number;
  /** Why nothing can be kept at the moment; undefined when all is well. */
  trouble(): Error | undefined;
  close(): Promise<void>;
}
