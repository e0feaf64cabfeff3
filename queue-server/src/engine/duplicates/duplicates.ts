import type { Frame } from '@typed-queue/contracts';
import { idsDigest } from './ids-digest.js';
import { KnownIds } from './known-ids.js';
import { Producers, seqOf, type SentFrame } from './producers.js';

/** What is new in a frame, and what is not. */
export interface Sorted {
  /** Places in the frame. */
  readonly fresh: readonly number[];
  readonly duplicates: readonly { readonly place: number; readonly seq: number }[];
}

/** Which messages of a queue are stored already, by the frames of their producers and by their ids. */
export class Duplicates {
  readonly #ids = new KnownIds();
  readonly #producers: Producers;

  constructor(producers = new Producers()) {
    this.#producers = producers;
  }

  /** Which messages of a frame are new: they are known from here on, with the seqs from `nextSeq` on. */
  sort(frame: Frame, nextSeq: number, now: number): Sorted {
    const { producer, firstNumber } = frame.header;
    const sent = this.#producers.find(
      producer,
      firstNumber,
      ({ seqs, ids }) => ids === idsDigest(frame, seqs),
    );
    const view = viewOf(frame);
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

  /** Takes a stored frame for known; as sent by its producer only when the producers do not know of it. */
  remember(frame: Frame, asSent: boolean): void {
    const view = viewOf(frame);
    const { producer, time } = frame.header;
    for (let place = 0; place < frame.count; place++) {
      this.#ids.findOrAdd(view, frame.entryAt(place), frame.firstSeq + place, time);
    }
    if (asSent) this.#producers.add(producer, sentFrame(frame, frame.firstSeq, []), time);
  }

  /** The appends from a seq on failed: their seqs will mean other messages. */
  forget(fromSeq: number): void {
    this.#ids.forget(fromSeq);
    this.#producers.forget(fromSeq);
  }
}

const viewOf = ({ bytes }: Frame): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What to remember of a frame whose new messages are stored from a seq on. */
const sentFrame = (frame: Frame, firstSeq: number, duplicates: Sorted['duplicates']): SentFrame => {
  const { firstNumber, published } = frame.header;
  if (duplicates.length === 0 && frame.count === published) {
    return { firstNumber, firstSeq, ids: idsDigest(frame, undefined) };
  }
  const known = new Map(duplicates.map(({ place, seq }) => [place, seq]));
  const seqs = Array.from({ length: published }, () => 0);
  let next = firstSeq;
  for (let place = 0; place < frame.count; place++) {
    seqs[frame.publishedIndex(place)] = known.get(place) ?? next++;
  }
  return { firstNumber, firstSeq, seqs, ids: idsDigest(frame, seqs) };
};
