import type { DeadLetter, DeadLetterPage, DeadLetterQuery, Gap, Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { Journal } from '../journal/journal.js';
import { letterId, type LettersHeld, type NewLetter } from '../groups/dead-letters.js';
import { LetterIndex } from './letter-index.js';
import { LetterPage } from './letter-page.js';
import { itemsOf, letterAt, LetterReading } from './letter-reading.js';
import { isReclaimDue, reclaim } from './letter-reclaim.js';
import { framesOfLetters, recordsOf, removedFrame } from './letter-record.js';

/** The dead letters of one queue: a journal, and an index of what stands in it. */
export class QueueLetters {
  readonly journal: Journal;
  readonly index = new LetterIndex();
  readonly #onError: (error: unknown) => void;
  /** Positions whose letters were found damaged at a start. */
  #damaged: readonly Range[] = [];
  /** Removals and rewriting take turns: what is being copied must not be removed. */
  #turn: Promise<unknown> = Promise.resolve();
  #closing = false;
  /** Ids of letters that are stored although the call that added them failed. */
  readonly #stored = new Set<string>();

  constructor(journal: Journal, onError: (error: unknown) => void) {
    this.journal = journal;
    this.#onError = onError;
  }

  get held(): LettersHeld {
    const { listed, bytes } = this.index;
    return { letters: listed, bytes: this.journal.bytes, live: bytes, newest: this.journal.lastSeq };
  }

  /** Reads back what stands in the journal; returns which of the letters with these ids there are. */
  async restore(ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    let last = 0;
    let gap: Gap | undefined;
    for await (const item of itemsOf(this.journal)) {
      if (item.kind === 'gap' && item.gap.reason === 'retention') {
        last = item.gap.to;
        continue;
      }
      if (item.kind === 'gap') {
        gap = { ...item.gap, from: gap?.from ?? item.gap.from };
        continue;
      }
      const { frame } = item;
      const positions = this.#apply(frame);
      if (gap !== undefined) this.#damage(gap, last, positions[0] ?? frame.firstSeq);
      gap = undefined;
      last = positions.at(-1) ?? frame.lastSeq;
      for (let place = 0; ids.size > 0 && place < frame.count; place++) {
        if (ids.has(frame.id(place))) found.add(frame.id(place));
      }
    }
    if (gap !== undefined) this.#damage(gap, last, gap.to + 1);
    return found;
  }

  /** After damage, or with files of an older copy, a letter that is not there need not have been removed. */
  mayHaveLost(position: number): boolean {
    return this.#damaged.length > 0 || position > this.journal.lastSeq;
  }

  /** Letters that a failed call had stored all the same are not stored again. */
  async add(all: readonly NewLetter[]): Promise<void> {
    const isNew = (letter: NewLetter): boolean => !this.#stored.delete(letterId(letter));
    const letters = this.#stored.size === 0 ? all : all.filter(isNew);
    const append = async (): Promise<void> => {
      const frames = framesOfLetters(letters);
      const results = await Promise.allSettled(frames.map((frame) => this.#append(frame)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed === undefined) return;
      results.forEach(({ status }, at) => {
        if (status === 'fulfilled') for (const id of idsOf(frames[at])) this.#stored.add(id);
      });
      throw failed.reason;
    };
    const replaces = letters.some((letter) => letter.replaces !== undefined && letter.replaces.length > 0);
    await (replaces ? this.#exclusively(append) : append());
  }

  list(query: DeadLetterQuery): Promise<DeadLetterPage> {
    return new LetterPage(this.index, new LetterReading(this.journal), query).read(this.#damaged);
  }

  async read(positions: readonly number[]): Promise<readonly DeadLetter[]> {
    const reading = new LetterReading(this.journal);
    const letters: DeadLetter[] = [];
    for (const position of positions) {
      const letter = await this.#letter(position, reading);
      if (letter !== undefined) letters.push(letter);
    }
    return letters;
  }

  async remove(positions: readonly number[]): Promise<void> {
    await this.#exclusively(() => this.#append(removedFrame(positions)));
    if (!isReclaimDue(this.journal, this.index)) return;
    void this.#exclusively(() => this.#reclaim());
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#turn;
    await this.journal.close();
  }

  async #letter(position: number, reading: LetterReading): Promise<DeadLetter | undefined> {
    for (;;) {
      const run = this.index.at(position);
      if (run?.position !== position) return undefined;
      const item = reading.find(run.seq);
      if (item?.kind === 'gap') return undefined;
      if (item !== undefined) {
        const { text } = letterAt(item.frame, run.seq);
        // Safe: written by `framesOfLetters` and read back under a checksum.
        return { position, ...(JSON.parse(text) as Omit<DeadLetter, 'position'>) };
      }
      await reading.read(run.seq);
    }
  }

  async #append(frame: Frame): Promise<void> {
    await this.journal.append(frame).durable;
    this.#apply(frame);
  }

  /** Takes a stored frame into account; returns the positions of its letters. */
  #apply(frame: Frame): readonly number[] {
    const positions: number[] = [];
    for (const record of recordsOf(frame)) {
      if (record.kind === 'letters') {
        this.index.put(record);
        positions.push(record.position);
      } else if (record.kind === 'removed') {
        for (const range of record.positions) this.index.remove(range);
      } else {
        this.#damaged = record.positions;
        for (const range of record.positions) this.index.remove(range);
      }
    }
    return positions;
  }

  /** Letters between two positions are lost; where letters were copied, seqs do not tell which. */
  #damage(gap: Gap, last: number, next: number): void {
    const between = last < next - 1 && next - 1 <= gap.to;
    const range: Range = between ? [last + 1, next - 1] : [gap.from, gap.to];
    this.#damaged = [...this.#damaged, range];
  }

  async #reclaim(): Promise<void> {
    const { journal, index } = this;
    // Another one may have been due at the same time.
    if (!isReclaimDue(journal, index)) return;
    const append = (frame: Frame): Promise<void> => this.#append(frame);
    const isOver = (): boolean => this.#closing;
    await reclaim({ journal, index, damaged: this.#damaged, append, isOver }).catch(this.#onError);
  }

  #exclusively(run: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const idsOf = (frame: Frame | undefined): string[] =>
  Array.from({ length: frame?.count ?? 0 }, (_, place) => frame?.id(place) ?? '');
