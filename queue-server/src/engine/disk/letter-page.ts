import type { DeadLetter, DeadLetterPage, DeadLetterQuery, Range } from '@typed-queue/contracts';
import type { LogItem } from '../journal/reading/log-item.js';
import { letterFilter } from '../groups/dead-letters.js';
import { endOf, type LetterIndex, type LetterRun } from './letter-index.js';
import { lastOf, letterAt, type LetterReading } from './letter-reading.js';

/** A page ends when so much was looked through for it, whatever was found. */
const SCAN_BYTES = 8 * 1024 * 1024;
/** A page ends early when its letters have so many bytes: each may be as large as a message. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Puts a page of letters together. The index may change while it reads: it asks anew after each read. */
export class LetterPage {
  readonly #index: LetterIndex;
  readonly #reading: LetterReading;
  readonly #query: DeadLetterQuery;
  readonly #limit: number;
  readonly #matches: (letter: DeadLetter) => boolean;
  /** The wanted positions, descending: the next one is the last. */
  readonly #wanted: number[] | undefined;
  readonly #letters: DeadLetter[] = [];
  readonly #gaps: Range[] = [];
  #bytes = 0;
  /** The bytes of the frames that were looked through. */
  #scanned = 0;

  constructor(index: LetterIndex, reading: LetterReading, query: DeadLetterQuery) {
    this.#index = index;
    this.#reading = reading;
    this.#query = query;
    this.#limit = query.limit ?? 100;
    this.#matches = letterFilter(query);
    this.#wanted = query.positions && [...query.positions].sort((one, other) => other - one);
  }

  /** Reads the page; `damaged` are positions whose letters nothing else is known of. */
  async read(damaged: readonly Range[]): Promise<DeadLetterPage> {
    const { after = 0, through = Infinity } = this.#query;
    const next = await this.#fill(after + 1);
    const end = Math.min(through, next ?? Infinity);
    const known = damaged
      .filter(([from, to]) => to > after && from <= end)
      .map(([from, to]): Range => [Math.max(from, after + 1), Math.min(to, end)]);
    const gaps = [...known, ...this.#gaps].sort(([one], [other]) => one - other);
    return { letters: this.#letters, gaps, next };
  }

  /** Returns the position to go on behind; null: there is nothing more. */
  async #fill(from: number): Promise<number | null> {
    let next = from;
    for (;;) {
      const run = this.#next(next);
      if (run === undefined) return null;
      if (this.#isFull || this.#scanned >= SCAN_BYTES) return run.position - 1;
      const item = this.#reading.find(run.seq);
      if (item === undefined) {
        await this.#reading.read(run.seq);
        next = run.position;
      } else {
        next = this.#take(run, item);
      }
    }
  }

  get #isFull(): boolean {
    return this.#letters.length >= this.#limit || this.#bytes >= PAGE_BYTES;
  }

  /** The next letters that may belong to the page. */
  #next(from: number): LetterRun | undefined {
    const { group, through = Infinity } = this.#query;
    let next = this.#wantedFrom(from);
    for (;;) {
      const run = next === undefined ? undefined : this.#index.at(next);
      if (run === undefined || run.position > through) return undefined;
      if (run.position === next && (group === undefined || run.group === group)) {
        const last = Math.min(this.#wanted === undefined ? endOf(run) : next, through);
        return { ...run, count: last - run.position + 1 };
      }
      next = this.#wantedFrom(run.position === next ? endOf(run) + 1 : run.position);
    }
  }

  /** The first wanted position at or behind one. */
  #wantedFrom(position: number): number | undefined {
    if (this.#wanted === undefined) return position;
    while ((this.#wanted.at(-1) ?? Infinity) < position) this.#wanted.pop();
    return this.#wanted.at(-1);
  }

  /** Takes what an item has of some letters; returns the first position that it did not look at. */
  #take(run: LetterRun, item: LogItem): number {
    const positionOf = (seq: number): number => run.position + seq - run.seq;
    const last = Math.min(positionOf(lastOf(item)), endOf(run));
    if (item.kind === 'gap') {
      this.#gaps.push([run.position, last]);
      return last + 1;
    }
    for (let position = run.position; position <= last; position++) {
      if (this.#index.isHidden(position)) continue;
      if (this.#isFull) return position;
      const { text } = letterAt(item.frame, run.seq + position - run.position);
      // Safe: written by `framesOfLetters` and read back under a checksum.
      const letter = { position, ...(JSON.parse(text) as Omit<DeadLetter, 'position'>) };
      if (!this.#matches(letter)) continue;
      this.#letters.push(letter);
      this.#bytes += text.length;
    }
    if (last === positionOf(item.frame.lastSeq)) this.#scanned += item.frame.bytes.byteLength;
    return last + 1;
  }
}
