import type { DeadLetter, DeadLetterPage, DeadLetterQuery, Gap, Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import {
  type DeadLetters,
  editedLetter,
  letterId,
  type LetterTotals,
  type NewLetter,
} from '../groups/dead-letters.js';
import type { RestoredLetters } from '../groups/dead-letter-recovery.js';
import type { Journal } from '../journal/journal.js';
import { scanLog } from '../log/scan.js';
import { compact, isCompactionDue } from './dead-letter-compaction.js';
import { DeadLetterIndex } from './dead-letter-index.js';
import { DeadLetterPageReader, DeadLetterReader } from './dead-letter-page.js';
import {
  framesOfLetters,
  framesOfMoved,
  letterOf,
  recordsOf,
  removedFrame,
  storedLetterAt,
  type StoredLetter,
} from './dead-letter-records.js';

/** The dead letters of one queue: a journal, made with the first letter, and an index of it. */
export class DeadLetterLog implements DeadLetters, RestoredLetters {
  readonly #open: () => Promise<Journal>;
  readonly #onError: (error: unknown) => void;
  readonly #index = new DeadLetterIndex();
  #opening: Promise<Journal> | undefined;
  #journal: Journal | undefined;
  /** Positions whose letters were found damaged at a start. */
  #damaged: readonly Range[] = [];
  /** Removals and compactions run one at a time: what is being copied must not be removed. */
  #lastExclusive: Promise<unknown> = Promise.resolve();
  #closing = false;
  /** Ids of letters that are stored although the call that added them failed. */
  readonly #stored = new Set<string>();

  /** `open` opens the journal, creating it when it is missing; `onError` is called with failures that nobody waits for. */
  constructor(open: () => Promise<Journal>, onError: (error: unknown) => void) {
    this.#open = open;
    this.#onError = onError;
  }

  /** Opens the journal and reads it; returns which of the letters with these ids exist. */
  async restore(ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    let last = 0;
    let gap: Gap | undefined;
    for await (const item of scanLog(await this.#opened())) {
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
      if (gap !== undefined) this.#addDamage(gap, last, positions[0] ?? frame.firstSeq);
      gap = undefined;
      last = positions.at(-1) ?? frame.lastSeq;
      if (ids.size > 0) for (const id of idsOf(frame)) if (ids.has(id)) found.add(id);
    }
    if (gap !== undefined) this.#addDamage(gap, last, gap.to + 1);
    return found;
  }

  /** After damage, or with files of an older copy, a letter that does not exist need not have been removed. */
  mayHaveLost(position: number): boolean {
    return this.#damaged.length > 0 || position > (this.#journal?.lastSeq ?? 0);
  }

  /** Letters that a failed call stored all the same are not stored again. */
  async add(all: readonly NewLetter[]): Promise<void> {
    const journal = await this.#opened();
    const isNew = (letter: NewLetter): boolean => !this.#stored.delete(letterId(letter));
    const letters = this.#stored.size === 0 ? all : all.filter(isNew);
    const append = async (): Promise<void> => {
      const frames = framesOfLetters(letters);
      const results = await Promise.allSettled(frames.map((frame) => this.#append(journal, frame)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed === undefined) return;
      frames.forEach((frame, index) => {
        if (results[index]?.status === 'fulfilled') for (const id of idsOf(frame)) this.#stored.add(id);
      });
      throw failed.reason;
    };
    const replaces = letters.some((letter) => letter.replaces !== undefined && letter.replaces.length > 0);
    await (replaces ? this.#exclusively(append) : append());
  }

  async list(query: DeadLetterQuery): Promise<DeadLetterPage> {
    if (this.#journal === undefined) return { letters: [], gaps: [], next: null };
    const reader = new DeadLetterReader(this.#journal);
    return new DeadLetterPageReader(this.#index, reader, query).read(this.#damaged);
  }

  async read(positions: readonly number[]): Promise<readonly DeadLetter[]> {
    if (this.#journal === undefined) return [];
    const reader = new DeadLetterReader(this.#journal);
    const letters: DeadLetter[] = [];
    for (const position of positions) {
      const letter = await this.#letter(position, reader);
      if (letter !== undefined) letters.push(letter);
    }
    return letters;
  }

  edit(position: number, payload: unknown): Promise<DeadLetter | undefined> {
    return this.#exclusively(async () => {
      const journal = this.#journal;
      if (journal === undefined) return undefined;
      const stored = await this.#letter(position, new DeadLetterReader(journal));
      const letter = stored && editedLetter(stored, payload);
      if (letter === undefined) return undefined;
      const { position: _, ...text } = letter;
      const moved = { position, id: letterId(letter), group: letter.group, text: JSON.stringify(text) };
      for (const frame of framesOfMoved([moved])) await this.#append(journal, frame);
      return letter;
    });
  }

  async remove(positions: readonly number[]): Promise<void> {
    const journal = this.#journal;
    if (journal === undefined || positions.length === 0) return;
    await this.#exclusively(() => this.#append(journal, removedFrame(positions)));
    if (!isCompactionDue(journal, this.#index)) return;
    void this.#exclusively(() => this.#compact(journal));
  }

  hide(positions: readonly number[]): readonly number[] {
    return this.#index.hide(positions);
  }

  show(positions: readonly number[]): void {
    this.#index.show(positions);
  }

  has(position: number): boolean {
    return this.#index.has(position);
  }

  count(group: string): number {
    return this.#index.count(group);
  }

  totals(): LetterTotals {
    const { listed, bytes: live } = this.#index;
    return { letters: listed, bytes: this.#journal?.bytes ?? 0, live, newest: this.#journal?.lastSeq ?? 0 };
  }

  /** Changes all letters; they keep their positions. Rejects when that fails. */
  changeAll(change: (letter: StoredLetter) => StoredLetter): Promise<void> {
    return this.#exclusively(async () => this.#copyAll(await this.#opened(), change));
  }

  fault(): Error | undefined {
    return this.#journal?.fault();
  }

  async close(): Promise<void> {
    this.#closing = true;
    // One that cannot be opened has nothing to close.
    await Promise.allSettled([this.#opening]);
    await this.#lastExclusive;
    await this.#journal?.close();
  }

  #opened(): Promise<Journal> {
    return (this.#opening ??= this.#open().then(
      (journal) => (this.#journal = journal),
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    ));
  }

  async #letter(position: number, reader: DeadLetterReader): Promise<DeadLetter | undefined> {
    for (;;) {
      const run = this.#index.at(position);
      if (run?.position !== position) return undefined;
      const item = reader.find(run.seq);
      if (item?.kind === 'gap') return undefined;
      if (item !== undefined) return letterOf(position, storedLetterAt(item.frame, run.seq).text);
      await reader.read(run.seq);
    }
  }

  async #append(journal: Journal, frame: Frame): Promise<void> {
    await journal.append(frame).durable;
    this.#apply(frame);
  }

  /** Updates the index with a stored frame; returns the positions of its letters. */
  #apply(frame: Frame): readonly number[] {
    const positions: number[] = [];
    for (const record of recordsOf(frame)) {
      if (record.kind === 'letters') {
        this.#index.put(record);
        positions.push(record.position);
        continue;
      }
      if (record.kind === 'damaged') this.#damaged = record.positions;
      for (const range of record.positions) this.#index.remove(range);
    }
    return positions;
  }

  /** Letters between two positions are lost; where letters were copied, seqs do not say which. */
  #addDamage(gap: Gap, last: number, next: number): void {
    const between = last < next - 1 && next - 1 <= gap.to;
    const range: Range = between ? [last + 1, next - 1] : [gap.from, gap.to];
    this.#damaged = [...this.#damaged, range];
  }

  async #compact(journal: Journal): Promise<void> {
    // The compaction before it may have been enough.
    if (isCompactionDue(journal, this.#index)) await this.#copyAll(journal).catch(this.#onError);
  }

  async #copyAll(journal: Journal, change?: (letter: StoredLetter) => StoredLetter): Promise<void> {
    await compact({
      journal,
      index: this.#index,
      damaged: this.#damaged,
      append: (frame) => this.#append(journal, frame),
      isClosing: () => this.#closing,
      change,
    });
  }

  #exclusively<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#lastExclusive.then(run);
    this.#lastExclusive = done.catch(() => undefined);
    return done;
  }
}

const idsOf = (frame: Frame): string[] => Array.from({ length: frame.count }, (_, index) => frame.id(index));
