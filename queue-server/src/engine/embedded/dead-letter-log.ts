import {
  encodeFrame,
  newId,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterQuery,
  type Draft,
  type Frame,
} from '@typed-queue/contracts';
import type { Journal } from '../journal/journal.js';
import type { DeadLetters } from '../local/dead-letters.js';

const READ_BYTES = 1024 * 1024;
/** A frame of letters has about so many bytes, or one letter: whoever wants one letter reads all of its frame. */
const FRAME_BYTES = 256 * 1024;
/** A page ends when so much was looked through for it, whatever was found. */
const SCAN_BYTES = 8 * 1024 * 1024;
/** A page ends early when its letters have so many bytes: each may be as large as a message. */
const PAGE_BYTES = 4 * 1024 * 1024;

type Unplaced = Omit<DeadLetter, 'position'>;

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
    for await (const frame of framesFrom(journal, journal.firstSeq)) this.#count(queue, frame);
  }

  async add(queue: string, letters: readonly Unplaced[]): Promise<void> {
    const journal = await this.#journal(queue);
    const written = framesOf(letters).map(async (frame) => {
      await journal.append(frame).durable;
      this.#count(queue, frame);
    });
    await Promise.all(written);
  }

  async list(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    const { group, after = 0, limit = 100 } = query;
    if (!this.#counts.has(queue)) return { letters: [], next: null };
    const journal = await this.#journal(queue);
    const from = Math.max(after + 1, journal.firstSeq);
    const letters: DeadLetter[] = [];
    let bytes = 0;
    let scanned = 0;
    for await (const frame of framesFrom(journal, from)) {
      for (let place = Math.max(0, from - frame.firstSeq); place < frame.count; place++) {
        const position = frame.firstSeq + place;
        if (letters.length >= limit || bytes >= PAGE_BYTES) return { letters, next: position - 1 };
        if (group !== undefined && frame.event(place) !== group) continue;
        const text = frame.payloadText(place);
        // Safe: written by `add` and read back under a checksum.
        letters.push({ position, ...(JSON.parse(text) as Unplaced) });
        bytes += text.length;
      }
      scanned += frame.bytes.byteLength;
      if (scanned >= SCAN_BYTES && frame.lastSeq < journal.lastSeq) return { letters, next: frame.lastSeq };
    }
    return { letters, next: null };
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

  #count(queue: string, frame: Frame): void {
    const counts = this.#counts.get(queue) ?? new Map<string, number>();
    this.#counts.set(queue, counts);
    for (let place = 0; place < frame.count; place++) {
      const group = frame.event(place);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
}

/** The frames from that of a position on; what is damaged is left out. */
async function* framesFrom(journal: Journal, position: number): AsyncGenerator<Frame, undefined> {
  let next = position;
  while (next <= journal.lastSeq) {
    const items = await journal.read(next, READ_BYTES);
    if (items.length === 0) return;
    for (const item of items) {
      next = (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to) + 1;
      if (item.kind === 'frame') yield item.frame;
    }
  }
}

const framesOf = (letters: readonly Unplaced[]): Frame[] => {
  const frames: Draft[][] = [];
  let room = 0;
  for (const letter of letters) {
    const draft = { id: newId(), event: letter.group, payload: JSON.stringify(letter) };
    if (room < draft.payload.length) {
      frames.push([]);
      room = FRAME_BYTES;
    }
    room -= draft.payload.length;
    frames.at(-1)?.push(draft);
  }
  return frames.map((drafts) => encodeFrame(drafts));
};
