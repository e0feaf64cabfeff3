import {
  encodeFrame,
  newId,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterQuery,
} from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { DeadLetters } from '../local/dead-letters.js';

const READ_BYTES = 1024 * 1024;
/** A page ends early when its letters have so many bytes: each may be as large as a message. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Opens the journal of a queue's dead letters, making it when it is not there. */
export type OpenDeadLetters = (queue: string) => Promise<Journal>;

/** Copies of what groups gave up: a journal for each queue that has any. A letter's event is its group. */
export class DeadLetterLog implements DeadLetters {
  readonly #open: OpenDeadLetters;
  readonly #journals = new Map<string, Promise<Journal>>();
  readonly #opened = new Set<Journal>();
  /** By queue, then by group. */
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(open: OpenDeadLetters) {
    this.#open = open;
  }

  /** Opens the journal of a queue that has one already, and counts its letters. */
  async restore(queue: string): Promise<void> {
    const journal = await this.#journal(queue);
    let next = journal.firstSeq;
    while (next <= journal.lastSeq) {
      const items = await journal.read(next, READ_BYTES);
      for (const item of items) {
        for (let place = 0; item.kind === 'frame' && place < item.frame.count; place++) {
          this.#count(queue, item.frame.event(place));
        }
        next = (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to) + 1;
      }
      if (items.length === 0) return;
    }
  }

  async add(queue: string, letters: readonly Omit<DeadLetter, 'position'>[]): Promise<void> {
    const journal = await this.#journal(queue);
    const drafts = letters.map((letter) => {
      return { id: newId(), event: letter.group, payload: JSON.stringify(letter) };
    });
    await journal.append(encodeFrame(drafts)).durable;
    for (const { group } of letters) this.#count(queue, group);
  }

  async list(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    const { group, after = 0, limit = 100 } = query;
    if (!this.#counts.has(queue)) return { letters: [], next: null };
    const journal = await this.#journal(queue);
    const letters: DeadLetter[] = [];
    let next = Math.max(after + 1, journal.firstSeq);
    let bytes = 0;
    while (next <= journal.lastSeq && letters.length < limit && bytes < PAGE_BYTES) {
      const [item] = await journal.read(next, 1);
      if (item === undefined) break;
      if (item.kind === 'gap') {
        next = item.gap.to + 1;
        continue;
      }
      const { frame } = item;
      const place = next - frame.firstSeq;
      if (group === undefined || frame.event(place) === group) {
        const text = frame.payloadText(place);
        // Safe: written by `add` and read back under a checksum.
        letters.push({ position: next, ...(JSON.parse(text) as Omit<DeadLetter, 'position'>) });
        bytes += text.length;
      }
      next++;
    }
    return { letters, next: next <= journal.lastSeq ? next - 1 : null };
  }

  count(queue: string, group: string): number {
    return this.#counts.get(queue)?.get(group) ?? 0;
  }

  trouble(): Error | undefined {
    for (const journal of this.#opened) {
      const trouble = journal.trouble();
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  async close(): Promise<void> {
    // One that cannot be opened has nothing to close.
    await Promise.allSettled(this.#journals.values());
    await Promise.all([...this.#opened].map((journal) => journal.close()));
  }

  #journal(queue: string): Promise<Journal> {
    const known = this.#journals.get(queue);
    if (known !== undefined) return known;
    const opening = this.#open(queue).then(
      (journal) => {
        this.#opened.add(journal);
        this.#counts.set(queue, this.#counts.get(queue) ?? new Map<string, number>());
        return journal;
      },
      (error: unknown) => {
        this.#journals.delete(queue);
        throw error;
      },
    );
    this.#journals.set(queue, opening);
    return opening;
  }

  #count(queue: string, group: string): void {
    const counts = this.#counts.get(queue) ?? new Map<string, number>();
    this.#counts.set(queue, counts.set(group, (counts.get(group) ?? 0) + 1));
  }
}
