import { pickFrame, QueueError, type Frame } from '@typed-queue/contracts';
import { Duplicates } from '../duplicates/duplicates.js';
import type { Producers } from '../duplicates/producers.js';
import type { Appended, Head, ReadItem } from '../engine.js';
import type { Journal } from '../journal/journal.js';
import type { Log } from '../local/log.js';

/** How many ids are read back at a start: as many as `KnownIds` keeps for certain. */
const IDS_KEPT = 100_000;
const READ_BYTES = 1024 * 1024;
/** Beyond this much waiting for the disk, publishers are refused. */
const MAX_BYTES_WAITING = 64 * 1024 * 1024;

/** The log of one queue: a journal in which each message stands once. */
export class QueueLog implements Log {
  readonly #journal: Journal;
  readonly #now: () => number;
  readonly #producers: Producers;
  readonly #duplicates: Duplicates;

  /** `producers` writes the notes of the journal's sealed segments. */
  constructor(journal: Journal, producers: Producers, now: () => number) {
    this.#journal = journal;
    this.#producers = producers;
    this.#duplicates = new Duplicates(producers);
    this.#now = now;
    journal.onLost((fromSeq) => this.#duplicates.forget(fromSeq));
  }

  /** Reads back which messages are known. Call it once, before the first append. */
  async restore(): Promise<void> {
    const { firstSeq, lastSeq, replayFrom, sealedNote } = this.#journal;
    if (sealedNote !== undefined) this.#producers.restore(sealedNote);
    let next = Math.max(firstSeq, Math.min(replayFrom, lastSeq - IDS_KEPT + 1));
    while (next <= lastSeq) {
      const items = await this.#journal.read(next, READ_BYTES);
      for (const item of items) {
        if (item.kind === 'frame') {
          this.#duplicates.remember(item.frame, item.frame.firstSeq >= replayFrom);
        }
        next = (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to) + 1;
      }
      if (items.length === 0) break;
    }
  }

  onCommit(listener: () => void): void {
    this.#journal.onCommit(listener);
  }

  trouble(): QueueError | undefined {
    return this.#journal.trouble();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  head(): Head {
    const { epoch, firstSeq, lastSeq } = this.#journal;
    return { epoch, firstSeq, lastSeq };
  }

  read(fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]> {
    return this.#journal.read(fromSeq, maxBytes);
  }

  /** Appends what is new in a frame. Resolves when all of it, found again or new, is durable. */
  async append(frame: Frame): Promise<Appended> {
    const trouble = this.#journal.trouble();
    if (trouble !== undefined) throw trouble;
    if (this.#journal.bytesWaiting > MAX_BYTES_WAITING) {
      throw new QueueError(
        'overloaded',
        'Too much waits for the disk of the server. Send it again in a moment.',
      );
    }
    const { epoch, nextSeq: firstSeq } = this.#journal;
    const { fresh, duplicates } = this.#duplicates.sort(frame, firstSeq, this.#now());
    if (fresh.length > 0) {
      await this.#journal.append(fresh.length === frame.count ? frame : pickFrame(frame, fresh)).durable;
    } else {
      await this.#journal.whenDurable(duplicates.reduce((newest, { seq }) => Math.max(newest, seq), 0));
    }
    return { epoch, durability: 'disk', firstSeq, duplicates };
  }
}
