import type { Frame } from '@typed-queue/contracts/wire';
import type { Journal } from '../journal/journal.js';
import type { LogItem } from '../log/scan.js';

const READ_BYTES = 1024 * 1024;

/** Everything in a journal, in its order, and from seq 1 on what was dropped or is missing. */
export async function* itemsOf(journal: Journal): AsyncGenerator<LogItem, undefined> {
  let next = 1;
  while (next <= journal.lastSeq) {
    const items = await journal.read(next, READ_BYTES);
    if (items.length === 0) return;
    for (const item of items) {
      next = lastOf(item) + 1;
      yield item;
    }
  }
}

/** Reads a journal here and there; what was read last is not read again. */
export class LetterReading {
  readonly #journal: Journal;
  #items: readonly LogItem[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** What stands at a seq, if it was just read. */
  find(seq: number): LogItem | undefined {
    return this.#items.find((item) => firstOf(item) <= seq && seq <= lastOf(item));
  }

  async read(seq: number): Promise<void> {
    const items = await this.#journal.read(seq, READ_BYTES);
    // Nothing there at all is a hole as well: it must not be looked for again and again.
    const hole: LogItem = { kind: 'gap', gap: { from: seq, to: seq, reason: 'damage' } };
    this.#items = items.length > 0 ? items : [hole];
  }
}

/** The text of a letter and its id, as they stand in a frame. */
export const letterAt = (frame: Frame, seq: number): { id: string; group: string; text: string } => {
  const place = seq - frame.firstSeq;
  return { id: frame.id(place), group: frame.event(place), text: frame.payloadText(place) };
};

export const lastOf = (item: LogItem): number => (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to);

const firstOf = (item: LogItem): number => (item.kind === 'frame' ? item.frame.firstSeq : item.gap.from);
