import type { DeadLetter, DeadLetterFilter, DeadLetterPage, DeadLetterQuery } from '@typed-queue/contracts';
import { createHash } from 'node:crypto';
import { kindReason } from './kind-reason.js';

/** A letter without its position: not stored yet. */
export interface NewLetter extends Omit<DeadLetter, 'position'> {
  /** Letters that it replaces: it was redriven and is dead again. They are removed in the same durable step. */
  readonly replaces?: readonly number[];
}

/** How many letters there are of each code. */
export type LetterCounts = ReadonlyMap<DeadLetter['code'], number>;

export interface LetterTotals {
  /** Those that are listed: what was redriven and is not settled is not among them. */
  readonly letters: number;
  /** What all take on the disk, or in memory. */
  readonly bytes: number;
  /** About what the letters themselves take, without what was removed and not reclaimed yet. */
  readonly live: number;
  /** The newest position that was given out; 0 when there is none. */
  readonly newest: number;
}

/**
 * Where an engine keeps copies of what the groups of a queue gave up. A letter is listed, or hidden while it is redriven and not
 * settled, or gone.
 */
export interface DeadLetters {
  /** Resolves when the copies are as durable as the log. */
  add(letters: readonly NewLetter[]): Promise<void>;
  /** Those that are listed, the oldest first. */
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  /** The letters at positions, listed or hidden, as far as they can be read. */
  read(positions: readonly number[]): Promise<readonly DeadLetter[]>;
  /**
   * Replaces the payload of a letter's message; the letter keeps its position. Resolves with it when that is durable, or
   * with undefined when it has no message or cannot be read.
   */
  edit(position: number, payload: unknown): Promise<DeadLetter | undefined>;
  /** Removes letters, listed or hidden. Resolves when that is durable. */
  remove(positions: readonly number[]): Promise<void>;
  /** Takes letters off the list until they are shown again or removed; returns those that were listed. */
  hide(positions: readonly number[]): readonly number[];
  show(positions: readonly number[]): void;
  /** Whether there is a letter at a position, listed or hidden. */
  has(position: number): boolean;
  /** How many of a group are listed. */
  count(group: string): number;
  totals(): LetterTotals;
  /** Why nothing can be kept at the moment; undefined when all is well. */
  fault(): Error | undefined;
  close(): Promise<void>;
}

/** A letter with another payload; undefined: it has no message. */
export const editedLetter = (letter: DeadLetter, payload: unknown): DeadLetter | undefined =>
  letter.message === null ? undefined : { ...letter, message: { ...letter.message, payload }, edited: true };

/** Whether a letter matches every field of a filter. */
export const letterFilter = (filter: DeadLetterFilter) => {
  const { group, seq, code, since, until, positions } = filter;
  const places = positions && new Set(positions);
  return (letter: DeadLetter): boolean =>
    (group === undefined || letter.group === group) &&
    (seq === undefined || letter.seq === seq) &&
    (code === undefined || letter.code === code) &&
    matchesReason(letter.reason, filter) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until) &&
    (places === undefined || places.has(letter.position));
};

const matchesReason = (text: string, { reason, kindReason: kind }: DeadLetterFilter): boolean =>
  (reason === undefined || text.includes(reason)) && (kind === undefined || kindReason(text) === kind);

/**
 * Makes a giving-up recognisable, in the form of a UUID: the same one has the same id, also when its letter is written
 * once more after a crash; another one of the same message has not.
 */
export const letterId = ({
  group,
  epoch,
  seq,
  handouts,
  failures,
}: Pick<DeadLetter, 'group' | 'epoch' | 'seq' | 'handouts' | 'failures'>): string => {
  const what = JSON.stringify([group, epoch, seq, handouts, failures.map(({ time }) => time)]);
  const hex = createHash('sha256').update(what).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Removes letters as far as they are listed: what is redriven is no dead letter, and what is being discarded cannot be
 * redriven. Returns their positions.
 */
export const discard = async (
  deadLetters: Pick<DeadLetters, 'hide' | 'show' | 'remove'>,
  positions: readonly number[],
): Promise<readonly number[]> => {
  const listed = deadLetters.hide(positions);
  try {
    await deadLetters.remove(listed);
    return listed;
  } catch (error) {
    deadLetters.show(listed);
    throw error;
  }
};
