import type { Frame } from '@typed-queue/contracts/wire';
import type { DedupState } from '../journal/dedup-state.js';
import type { DatedSegment } from '../journal/segment/segment-header.js';
import { ID_BYTES, NO_SEQ } from './id-table.js';
import { IDS_KEPT, IDS_KEPT_MS, KnownIds } from './known-ids.js';
import { idsDigest, Producers, seqOf, type SentFrame } from './producers.js';

/** What is new in a frame, and what is not. */
export interface Deduplicated {
  /** By index in the frame. */
  readonly fresh: readonly number[];
  readonly duplicates: readonly { readonly index: number; readonly seq: number }[];
}

/** Which messages of a queue are stored already, by the frames of their producers and by their ids. */
export class Duplicates implements DedupState {
  readonly #ids = new KnownIds();
  readonly #producers: Producers;
  readonly #wallNow: () => number;

  /** `wallNow`: milliseconds since 1970, to compare with the times of stored segments. */
  constructor(producers = new Producers(), wallNow: () => number = Date.now) {
    this.#producers = producers;
    this.#wallNow = wallNow;
  }

  /**
   * Which messages of a frame are new; these are known from now on, with the seqs from `nextSeq` on. `steadyTime`: now,
   * by the clock that is never set, since ids are known for a duration.
   */
  deduplicate(frame: Frame, nextSeq: number, steadyTime: number): Deduplicated {
    const sent = this.#sent(frame);
    const view = viewOf(frame);
    const fresh: number[] = [];
    const duplicates: { index: number; seq: number }[] = [];
    for (let index = 0; index < frame.count; index++) {
      let known = seqOf(sent, frame.publishedIndex(index));
      if (known === NO_SEQ) {
        known = this.#ids.findOrAdd(view, frame.entryAt(index), nextSeq + fresh.length, steadyTime);
      }
      if (known === NO_SEQ) fresh.push(index);
      else duplicates.push({ index, seq: known });
    }
    if (sent === undefined)
      this.#producers.add(frame.header.producer, sentFrame(frame, nextSeq, duplicates), steadyTime);
    return { fresh, duplicates };
  }

  /** Whether all messages of a frame are stored already. */
  areKnown(frame: Frame): boolean {
    const sent = this.#sent(frame);
    const view = viewOf(frame);
    for (let index = 0; index < frame.count; index++) {
      if (seqOf(sent, frame.publishedIndex(index)) !== NO_SEQ) continue;
      if (this.#ids.find(view, frame.entryAt(index)) === NO_SEQ) return false;
    }
    return true;
  }

  producerSnapshot(nextSeq: number): string {
    return this.#producers.snapshot(nextSeq);
  }

  restoreProducers(snapshot: string): void {
    this.#producers.restore(snapshot);
  }

  ids(firstSeq: number, nextSeq: number): Uint8Array | undefined {
    return this.#ids.last(firstSeq, nextSeq);
  }

  idsFrom(segments: readonly DatedSegment[], nextSeq: number): number {
    const horizon = this.#wallNow() - IDS_KEPT_MS;
    // Everything before a segment is older than the segment.
    const recent = segments.findLast(({ begun }) => begun <= horizon)?.segment.firstSeq ?? 1;
    return Math.max(recent, nextSeq - IDS_KEPT);
  }

  restoreIds(ids: Uint8Array, nextSeq: number, time: number): void {
    const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
    const firstSeq = nextSeq - ids.byteLength / ID_BYTES;
    for (let at = 0; at < ids.byteLength; at += ID_BYTES) {
      this.#ids.findOrAdd(view, at, firstSeq + at / ID_BYTES, time);
    }
  }

  replay(frame: Frame, inSnapshot: boolean): void {
    const view = viewOf(frame);
    const { producer, time } = frame.header;
    for (let index = 0; index < frame.count; index++) {
      this.#ids.findOrAdd(view, frame.entryAt(index), frame.firstSeq + index, time);
    }
    if (!inSnapshot) this.#producers.add(producer, sentFrame(frame, frame.firstSeq, []), time);
  }

  /** The appends from a seq on failed: their seqs will be assigned to other messages. */
  forget(fromSeq: number): void {
    this.#ids.forget(fromSeq);
    this.#producers.forget(fromSeq);
  }

  /** The frame as its producer sent it before. */
  #sent(frame: Frame): SentFrame | undefined {
    const { producer, firstNumber } = frame.header;
    const isSame = ({ seqs, ids }: SentFrame): boolean => ids === idsDigest(frame, seqs);
    return this.#producers.find(producer, firstNumber, isSame);
  }
}

const viewOf = ({ bytes }: Frame): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What to remember of a frame whose new messages are stored from a seq on. */
const sentFrame = (frame: Frame, firstSeq: number, duplicates: Deduplicated['duplicates']): SentFrame => {
  const { firstNumber, published } = frame.header;
  if (duplicates.length === 0 && frame.count === published) {
    return { firstNumber, firstSeq, ids: idsDigest(frame, undefined) };
  }
  const known = new Map(duplicates.map(({ index, seq }) => [index, seq]));
  const seqs = Array.from({ length: published }, () => NO_SEQ);
  let next = firstSeq;
  for (let index = 0; index < frame.count; index++) {
    seqs[frame.publishedIndex(index)] = known.get(index) ?? next++;
  }
  return { firstNumber, firstSeq, seqs, ids: idsDigest(frame, seqs) };
};
