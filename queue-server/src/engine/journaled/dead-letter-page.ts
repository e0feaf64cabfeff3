import type { DeadLetter, DeadLetterPage, DeadLetterQuery, Range } from '@typed-queue/contracts';
import { letterFilter } from '../groups/dead-letters.js';
import type { Journal } from '../journal/journal.js';
import { firstSeqOf, lastSeqOf, type LogItem } from '../log/scan.js';
import { lastPositionOf, type DeadLetterIndex, type LetterRun } from './dead-letter-index.js';
import { letterOf, storedLetterAt } from './dead-letter-records.js';

const READ_BYTES = 1024 * 1024;
/** A page ends when this much was searched for it, whatever was found. */
const SCAN_BYTES = 8 * 1024 * 1024;
/** A page ends early when its letters have this many bytes: each may be as large as a message. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Reads single items of a journal; what was read last is not read again. */
export class DeadLetterReader {
  readonly #journal: Journal;
  #items: readonly LogItem[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The item with a seq, if it was just read. */
  find(seq: number): LogItem | undefined {
    return this.#items.find((item) => firstSeqOf(item) <= seq && seq <= lastSeqOf(item));
  }

  async read(seq: number): Promise<void> {
    const items = await this.#journal.read(seq, READ_BYTES);
    // Nothing at all is a gap as well: it must not be read again and again.
    const gap: LogItem = { kind: 'gap', gap: { from: seq, to: seq, reason: 'damage' } };
    this.#items = items.length > 0 ? items : [gap];
  }
}

/** Collects a page of letters. The index may change while it reads: it looks the next letter up after each read. */
export class DeadLetterPageReader {
  readonly #index: DeadLetterIndex;
  readonly #reader: DeadLetterReader;
  readonly #query: DeadLetterQuery;
  readonly #limit: number;
  readonly #matches: (letter: DeadLetter) => boolean;
  /** The wanted positions, descending: the next one is the last. */
  readonly #wanted: number[] | undefined;
  readonly #letters: DeadLetter[] = [];
  readonly #gaps: Range[] = [];
  #bytes = 0;
  /** The bytes of the frames that were searched. */
  #scanned = 0;

  constructor(index: DeadLetterIndex, reader: DeadLetterReader, query: DeadLetterQuery) {
    this.#index = index;
    this.#reader = reader;
    this.#query = query;
    this.#limit = query.limit ?? 100;
    this.#matches = letterFilter(query);
    this.#wanted = query.positions && [...query.positions].sort((one, other) => other - one);
  }

  /** Reads the page; `damaged` are positions whose letters the index has lost. */
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

  /** Returns the position to continue after; null: there is nothing more. */
  async #fill(from: number): Promise<number | null> {
    let next = from;
    for (;;) {
      const run = this.#next(next);
      if (run === undefined) return null;
      if (this.#isFull || this.#scanned >= SCAN_BYTES) return run.position - 1;
      const item = this.#reader.find(run.seq);
      if (item === undefined) {
        await this.#reader.read(run.seq);
        next = run.position;
      } else {
        next = this.#addFrom(item, run);
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
        const last = Math.min(this.#wanted === undefined ? lastPositionOf(run) : next, through);
        return { ...run, count: last - run.position + 1 };
      }
      next = this.#wantedFrom(run.position === next ? lastPositionOf(run) + 1 : run.position);
    }
  }

  /** The first wanted position at or after one. */
  #wantedFrom(position: number): number | undefined {
    if (this.#wanted === undefined) return position;
    while ((this.#wanted.at(-1) ?? Infinity) < position) this.#wanted.pop();
    return this.#wanted.at(-1);
  }

  /** Adds the letters of a run that an item contains; returns the first position that it did not look at. */
  #addFrom(item: LogItem, run: LetterRun): number {
    const positionOf = (seq: number): number => run.position + seq - run.seq;
    const last = Math.min(positionOf(lastSeqOf(item)), lastPositionOf(run));
    if (item.kind === 'gap') {
      this.#gaps.push([run.position, last]);
      return last + 1;
    }
    for (let position = run.position; position <= last; position++) {
      if (this.#index.isHidden(position)) continue;
      if (this.#isFull) return position;
      const { text } = storedLetterAt(item.frame, run.seq + position - run.position);
      const letter = letterOf(position, text);
      if (!this.#matches(letter)) continue;
      this.#letters.push(letter);
      this.#bytes += text.length;
    }
    if (last === positionOf(item.frame.lastSeq)) this.#scanned += item.frame.bytes.byteLength;
    return last + 1;
  }
}
