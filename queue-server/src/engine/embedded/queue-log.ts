import { pickFrame, QueueError, type Frame } from '@typed-queue/contracts';
import { KnownIds } from '../duplicates/known-ids.js';
import { seqOf, type Producers, type SentFrame } from '../duplicates/producers.js';
import type { Appended, Head, ReadItem } from '../engine.js';
import type { Journal } from '../journal/journal.js';

/** How many ids are read back at a start: as many as `KnownIds` keeps for certain. */
const IDS_KEPT = 100_000;
const READ_BYTES = 1024 * 1024;
/** Beyond this much waiting for the disk, publishers are refused. */
const MAX_BYTES_WAITING = 64 * 1024 * 1024;

/** The log of one queue: a journal in which each message stands once. */
export class QueueLog {
  readonly #journal: Journal;
  readonly #now: () => number;
  readonly #ids = new KnownIds();
  readonly #producers: Producers;

  /** `producers` writes the notes of the journal's sealed segments. */
  constructor(journal: Journal, producers: Producers, now: () => number) {
    this.#journal = journal;
    this.#producers = producers;
    this.#now = now;
    journal.onLost((fromSeq) => {
      this.#ids.forget(fromSeq);
      this.#producers.forget(fromSeq);
    });
  }

  /** Reads back which messages are known. Call it once, before the first append. */
  async restore(): Promise<void> {
    const { firstSeq, lastSeq, replayFrom, sealedNote } = this.#journal;
    if (sealedNote !== undefined) this.#producers.restore(sealedNote);
    let next = Math.max(firstSeq, Math.min(replayFrom, lastSeq - IDS_KEPT + 1));
    while (next <= lastSeq) {
      const items = await this.#journal.read(next, READ_BYTES);
      for (const item of items) {
        if (item.kind === 'frame') this.#remember(item.frame, item.frame.firstSeq >= replayFrom);
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
    const { fresh, duplicates } = this.#sort(frame);
    if (fresh.length > 0) {
      await this.#journal.append(fresh.length === frame.count ? frame : pickFrame(frame, fresh)).durable;
    } else {
      await this.#journal.whenDurable(duplicates.reduce((newest, { seq }) => Math.max(newest, seq), 0));
    }
    return { epoch, durability: 'disk', firstSeq, duplicates };
  }

  /** Which messages are new, by place, and which seqs the others have. From here on all of them are known. */
  #sort(frame: Frame): { fresh: number[]; duplicates: { place: number; seq: number }[] } {
    const { producer, firstNumber } = frame.header;
    const { nextSeq } = this.#journal;
    const sent = this.#producers.find(producer, firstNumber);
    const view = viewOf(frame);
    const now = this.#now();
    const fresh: number[] = [];
    const duplicates: { place: number; seq: number }[] = [];
    for (let place = 0; place < frame.count; place++) {
      const known =
        seqOf(sent, frame.publishedIndex(place)) ||
        this.#ids.findOrAdd(view, frame.entryAt(place), nextSeq + fresh.length, now);
      if (known === 0) fresh.push(place);
      else duplicates.push({ place, seq: known });
    }
    if (sent === undefined) this.#producers.add(producer, sentFrame(frame, nextSeq, duplicates), now);
    return { fresh, duplicates };
  }

  #remember(frame: Frame, asProducer: boolean): void {
    const view = viewOf(frame);
    const { producer, time } = frame.header;
    for (let place = 0; place < frame.count; place++) {
      this.#ids.findOrAdd(view, frame.entryAt(place), frame.firstSeq + place, time);
    }
    if (asProducer) this.#producers.add(producer, sentFrame(frame, frame.firstSeq, []), time);
  }
}

const viewOf = ({ bytes }: Frame): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What to remember of a frame whose new messages are stored from a seq on. */
const sentFrame = (
  frame: Frame,
  firstSeq: number,
  duplicates: readonly { readonly place: number; readonly seq: number }[],
): SentFrame => {
  const { firstNumber, published } = frame.header;
  if (duplicates.length === 0 && frame.count === published) return { firstNumber, firstSeq };
  const known = new Map(duplicates.map(({ place, seq }) => [place, seq]));
  const seqs = Array.from({ length: published }, () => 0);
  let next = firstSeq;
  for (let place = 0; place < frame.count; place++) {
    seqs[frame.publishedIndex(place)] = known.get(place) ?? next++;
  }
  return { firstNumber, firstSeq, seqs };
};
