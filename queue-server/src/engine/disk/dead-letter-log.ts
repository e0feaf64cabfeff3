import type { DeadLetter, DeadLetterPage, DeadLetterQuery, Gap, Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import { type DeadLetters, letterId, type LetterTotals, type NewLetter } from '../groups/dead-letters.js';
import type { RestoredLetters } from '../groups/dead-letter-recovery.js';
import type { Journal } from '../journal/journal.js';
import { scanLog } from '../log/scan.js';
import { compact, isCompactionDue } from './dead-letter-compaction.js';
import { DeadLetterIndex } from './dead-letter-index.js';
import { DeadLetterPageReader, DeadLetterReader } from './dead-letter-page.js';
import { framesOfLetters, letterOf, recordsOf, removedFrame, storedLetterAt } from './dead-letter-records.js';

/** Opens the journal of a queue's dead letters, creating it when it is missing. */
export type OpenDeadLetters = (queue: string) => Promise<Journal>;

/** The dead letters of all queues: a journal for each queue that has any. */
export class DeadLetterLog implements DeadLetters, RestoredLetters {
  readonly #open: OpenDeadLetters;
  readonly #onError: (error: unknown) => void;
  readonly #opening = new Map<string, Promise<QueueDeadLetters>>();
  readonly #opened = new Map<string, QueueDeadLetters>();

  /** `onError` is called with failures that nobody waits for. */
  constructor(open: OpenDeadLetters, onError: (error: unknown) => void) {
    this.#open = open;
    this.#onError = onError;
  }

  /** Opens the journal of a queue that has one already; returns which of the letters with these ids exist. */
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

  totals(queue: string): LetterTotals {
    return this.#opened.get(queue)?.totals ?? { letters: 0, bytes: 0, live: 0, newest: 0 };
  }

  fault(): Error | undefined {
    for (const { journal } of this.#opened.values()) {
      const fault = journal.fault();
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  async close(): Promise<void> {
    // One that cannot be opened has nothing to close.
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#opened.values()].map((letters) => letters.close()));
  }

  #letters(queue: string): Promise<QueueDeadLetters> {
    const known = this.#opening.get(queue);
    if (known !== undefined) return known;
    const opening = this.#open(queue).then(
      (journal) => {
        const letters = new QueueDeadLetters(journal, this.#onError);
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

/** The dead letters of one queue: a journal, and an index of it. */
class QueueDeadLetters {
  readonly journal: Journal;
  readonly index = new DeadLetterIndex();
  readonly #onError: (error: unknown) => void;
  /** Positions whose letters were found damaged at a start. */
  #damaged: readonly Range[] = [];
  /** Removals and compactions take turns: what is being copied must not be removed. */
  #turn: Promise<unknown> = Promise.resolve();
  #closing = false;
  /** Ids of letters that are stored although the call that added them failed. */
  readonly #stored = new Set<string>();

  constructor(journal: Journal, onError: (error: unknown) => void) {
    this.journal = journal;
    this.#onError = onError;
  }

  get totals(): LetterTotals {
    const { listed, bytes } = this.index;
    return { letters: listed, bytes: this.journal.bytes, live: bytes, newest: this.journal.lastSeq };
  }

  /** Reads the journal; returns which of the letters with these ids exist. */
  async restore(ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    let last = 0;
    let gap: Gap | undefined;
    for await (const item of scanLog(this.journal)) {
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
    return this.#damaged.length > 0 || position > this.journal.lastSeq;
  }

  /** Letters that a failed call stored all the same are not stored again. */
  async add(all: readonly NewLetter[]): Promise<void> {
    const isNew = (letter: NewLetter): boolean => !this.#stored.delete(letterId(letter));
    const letters = this.#stored.size === 0 ? all : all.filter(isNew);
    const append = async (): Promise<void> => {
      const frames = framesOfLetters(letters);
      const results = await Promise.allSettled(frames.map((frame) => this.#append(frame)));
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

  list(query: DeadLetterQuery): Promise<DeadLetterPage> {
    const reader = new DeadLetterReader(this.journal);
    return new DeadLetterPageReader(this.index, reader, query).read(this.#damaged);
  }

  async read(positions: readonly number[]): Promise<readonly DeadLetter[]> {
    const reader = new DeadLetterReader(this.journal);
    const letters: DeadLetter[] = [];
    for (const position of positions) {
      const letter = await this.#letter(position, reader);
      if (letter !== undefined) letters.push(letter);
    }
    return letters;
  }

  async remove(positions: readonly number[]): Promise<void> {
    await this.#exclusively(() => this.#append(removedFrame(positions)));
    if (!isCompactionDue(this.journal, this.index)) return;
    void this.#exclusively(() => this.#compact());
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#turn;
    await this.journal.close();
  }

  async #letter(position: number, reader: DeadLetterReader): Promise<DeadLetter | undefined> {
    for (;;) {
      const run = this.index.at(position);
      if (run?.position !== position) return undefined;
      const item = reader.find(run.seq);
      if (item?.kind === 'gap') return undefined;
      if (item !== undefined) return letterOf(position, storedLetterAt(item.frame, run.seq).text);
      await reader.read(run.seq);
    }
  }

  async #append(frame: Frame): Promise<void> {
    await this.journal.append(frame).durable;
    this.#apply(frame);
  }

  /** Updates the index with a stored frame; returns the positions of its letters. */
  #apply(frame: Frame): readonly number[] {
    const positions: number[] = [];
    for (const record of recordsOf(frame)) {
      if (record.kind === 'letters') {
        this.index.put(record);
        positions.push(record.position);
        continue;
      }
      if (record.kind === 'damaged') this.#damaged = record.positions;
      for (const range of record.positions) this.index.remove(range);
    }
    return positions;
  }

  /** Letters between two positions are lost; where letters were copied, seqs do not say which. */
  #addDamage(gap: Gap, last: number, next: number): void {
    const between = last < next - 1 && next - 1 <= gap.to;
    const range: Range = between ? [last + 1, next - 1] : [gap.from, gap.to];
    this.#damaged = [...this.#damaged, range];
  }

  async #compact(): Promise<void> {
    const { journal, index } = this;
    // The compaction before it may have been enough.
    if (!isCompactionDue(journal, index)) return;
    const append = (frame: Frame): Promise<void> => this.#append(frame);
    const isClosing = (): boolean => this.#closing;
    await compact({ journal, index, damaged: this.#damaged, append, isClosing }).catch(this.#onError);
  }

  #exclusively(run: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const idsOf = (frame: Frame): string[] => Array.from({ length: frame.count }, (_, index) => frame.id(index));
