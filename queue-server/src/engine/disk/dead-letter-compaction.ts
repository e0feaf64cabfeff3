import type { Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { Journal } from '../journal/journal.js';
import { endOf, type LetterIndex, type LetterRun } from './dead-letter-index.js';
import { lastOf, letterAt, LetterReading } from './letter-reading.js';
import { damagedFrame, framesOfMoved, type StoredLetter } from './dead-letter-records.js';

/** What was removed may take so much, or as much as what is left, before the journal is rewritten. */
const SPARE_BYTES = 4 * 1024 * 1024;
/** So much is copied before the disk is waited for. */
const COPY_BYTES = 1024 * 1024;

export interface ReclaimParts {
  readonly journal: Journal;
  readonly index: LetterIndex;
  readonly damaged: readonly Range[];
  /** Appends a frame; resolves when it is durable and known to the index. */
  readonly append: (frame: Frame) => Promise<void>;
  /** The journal is about to be closed: the copies so far do no harm. */
  readonly isOver: () => boolean;
}

export const isReclaimDue = (journal: Pick<Journal, 'bytes' | 'fault'>, index: LetterIndex): boolean =>
  journal.fault() === undefined && journal.bytes - index.bytes > Math.max(index.bytes, SPARE_BYTES);

/**
 * Gives back the space of removed letters: copies those that are left to the end of the journal, where they keep
 * their positions, and drops what is before. A crash in between leaves some letters twice, of which the copy counts.
 * Letters that are damaged are lost then; their positions are noted.
 */
export const reclaim = async ({ journal, index, damaged, append, isOver }: ReclaimParts): Promise<void> => {
  await journal.roll();
  const end = journal.activeFirstSeq;
  const copies = new Copies(append);
  const reading = new LetterReading(journal);
  for (let run = index.at(1); run !== undefined;) {
    if (isOver()) return;
    const last = run.seq < end ? await copies.take(run, reading) : endOf(run);
    run = index.at(last + 1);
  }
  await copies.write();
  const lost = [...damaged, ...copies.lost];
  if (lost.length > 0) await append(damagedFrame(lost));
  await journal.dropBefore(Math.min(end, index.firstSeq ?? end));
};

/** Letters on their way to the end of the journal. */
class Copies {
  readonly #append: ReclaimParts['append'];
  #letters: (StoredLetter & { readonly position: number })[] = [];
  #bytes = 0;
  /** Positions whose letters are damaged. */
  readonly lost: Range[] = [];

  constructor(append: ReclaimParts['append']) {
    this.#append = append;
  }

  /** Takes the first letters of a run, as far as they are read at once; returns the last position of them. */
  async take(run: LetterRun, reading: LetterReading): Promise<number> {
    if (reading.find(run.seq) === undefined) await reading.read(run.seq);
    const item = reading.find(run.seq);
    if (item === undefined) return endOf(run);
    const last = Math.min(run.position + lastOf(item) - run.seq, endOf(run));
    if (item.kind === 'gap') this.lost.push([run.position, last]);
    else {
      for (let position = run.position; position <= last; position++) {
        const letter = letterAt(item.frame, run.seq + position - run.position);
        this.#letters.push({ position, ...letter });
        this.#bytes += letter.text.length;
      }
    }
    if (this.#bytes >= COPY_BYTES) await this.write();
    return last;
  }

  async write(): Promise<void> {
    const frames = framesOfMoved(this.#letters);
    this.#letters = [];
    this.#bytes = 0;
    await Promise.all(frames.map(this.#append));
  }
}
