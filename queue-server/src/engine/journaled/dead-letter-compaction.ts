import type { Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { Journal } from '../journal/journal.js';
import { lastSeqOf } from '../log/scan.js';
import { lastPositionOf, type DeadLetterIndex, type LetterRun } from './dead-letter-index.js';
import { DeadLetterReader } from './dead-letter-page.js';
import { damagedFrame, framesOfMoved, storedLetterAt, type StoredLetter } from './dead-letter-records.js';

/** Removed letters may take this many bytes, or as many as the rest, before the journal is compacted. */
const SPARE_BYTES = 4 * 1024 * 1024;
/** This much is copied before the disk is waited for. */
const COPY_BYTES = 1024 * 1024;

export interface CompactionDeps {
  readonly journal: Journal;
  readonly index: DeadLetterIndex;
  readonly damaged: readonly Range[];
  /** Appends a frame; resolves when it is durable and known to the index. */
  readonly append: (frame: Frame) => Promise<void>;
  /** The journal is about to be closed: a partial copy does no harm. */
  readonly isClosing: () => boolean;
  /** What becomes of a letter that is copied. Default: it stays the same. */
  readonly change?: ((letter: StoredLetter) => StoredLetter) | undefined;
}

export const isCompactionDue = (journal: Pick<Journal, 'bytes' | 'fault'>, index: DeadLetterIndex): boolean =>
  journal.fault() === undefined && journal.bytes - index.bytes > Math.max(index.bytes, SPARE_BYTES);

/**
 * Frees the space of removed letters: copies the others to the end of the journal, where they keep their positions,
 * and drops what is before. A crash in between leaves some letters twice, of which the copy counts. Damaged letters
 * are lost then; their positions are recorded.
 */
export const compact = async ({
  journal,
  index,
  damaged,
  append,
  isClosing,
  change = (letter) => letter,
}: CompactionDeps): Promise<void> => {
  await journal.roll();
  const end = journal.activeFirstSeq;
  const copies = new Copies(append, change);
  const reader = new DeadLetterReader(journal);
  for (let run = index.at(1); run !== undefined;) {
    if (isClosing()) return;
    const last = run.seq < end ? await copies.add(run, reader) : lastPositionOf(run);
    run = index.at(last + 1);
  }
  await copies.write();
  const lost = [...damaged, ...copies.lost];
  if (lost.length > 0) await append(damagedFrame(lost));
  await journal.dropBefore(Math.min(end, index.firstSeq ?? end));
};

/** Letters that are copied to the end of the journal. */
class Copies {
  readonly #append: CompactionDeps['append'];
  readonly #change: (letter: StoredLetter) => StoredLetter;
  #letters: (StoredLetter & { readonly position: number })[] = [];
  #bytes = 0;
  /** Positions whose letters are damaged. */
  readonly lost: Range[] = [];

  constructor(append: CompactionDeps['append'], change: (letter: StoredLetter) => StoredLetter) {
    this.#append = append;
    this.#change = change;
  }

  /** Adds the first letters of a run, as far as one read goes; returns the last position of them. */
  async add(run: LetterRun, reader: DeadLetterReader): Promise<number> {
    if (reader.find(run.seq) === undefined) await reader.read(run.seq);
    const item = reader.find(run.seq);
    if (item === undefined) return lastPositionOf(run);
    const last = Math.min(run.position + lastSeqOf(item) - run.seq, lastPositionOf(run));
    if (item.kind === 'gap') this.lost.push([run.position, last]);
    else {
      for (let position = run.position; position <= last; position++) {
        const letter = this.#change(storedLetterAt(item.frame, run.seq + position - run.position));
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
