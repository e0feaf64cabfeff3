import { DAY } from '@typed-queue/contracts';
import { MAX_FRAMES_IN_FLIGHT, NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import { NO_SEQ } from './id-table.js';

/** A frame that a producer sent, and the seqs that its messages have. */
export interface SentFrame {
  readonly firstNumber: number;
  /** The seq of its first message; the others follow, unless `seqs` says otherwise. */
  readonly firstSeq: number;
  /** By index as published, for a frame that was not stored as a whole; `NO_SEQ`: that message was refused. */
  readonly seqs?: readonly number[];
  /** See `idsDigest`. Snapshots of earlier versions lack it, and no frame matches them. */
  readonly ids: number;
}

/** The seq of one message of a sent frame, by its index as published; `NO_SEQ`: it has none. */
export const seqOf = (sent: SentFrame | undefined, index: number): number => {
  if (sent === undefined) return NO_SEQ;
  return sent.seqs === undefined ? sent.firstSeq + index : (sent.seqs[index] ?? NO_SEQ);
};

interface Producer {
  readonly lastTime: number;
  readonly frames: readonly SentFrame[];
}

export interface ProducersLimits {
  /** Producers that sent nothing for longer are forgotten. Default 7 days. */
  readonly maxAgeMs?: number;
  /** How many are remembered, the most recently active ones. Default 10,000. */
  readonly maxProducers?: number;
}

/**
 * The last frames of each producer, as many as it may have in flight: a frame that is resent after a lost connection
 * gets the seqs that it already has, also after a restart.
 */
export class Producers {
  readonly #maxAgeMs: number;
  readonly #maxProducers: number;
  /** The least recently active first. */
  readonly #byId = new Map<string, Producer>();

  constructor({ maxAgeMs = 7 * DAY, maxProducers = 10_000 }: ProducersLimits = {}) {
    this.#maxAgeMs = maxAgeMs;
    this.#maxProducers = maxProducers;
  }

  /** The same frame as the producer sent it before; a number may be reused by mistake. */
  find(producer: string, firstNumber: number, isSame: (sent: SentFrame) => boolean): SentFrame | undefined {
    return this.#byId.get(producer)?.frames.find((sent) => sent.firstNumber === firstNumber && isSame(sent));
  }

  add(producer: string, frame: SentFrame, now: number): void {
    if (producer === NIL_UUID) return;
    const known = this.#byId.get(producer)?.frames ?? [];
    this.#byId.delete(producer);
    this.#byId.set(producer, { lastTime: now, frames: [...known.slice(1 - MAX_FRAMES_IN_FLIGHT), frame] });
    for (const [id, { lastTime }] of this.#byId) {
      if (this.#byId.size <= this.#maxProducers && now - lastTime <= this.#maxAgeMs) break;
      this.#byId.delete(id);
    }
  }

  /** The appends from a seq on failed: their seqs will be assigned to other messages. */
  forget(fromSeq: number): void {
    for (const [id, producer] of this.#byId) this.#byId.set(id, before(producer, fromSeq));
  }

  /** The frames that were stored before a seq, as text for `restore`. */
  snapshot(beforeSeq: number): string {
    return JSON.stringify([...this.#byId].map(([id, producer]) => [id, before(producer, beforeSeq)]));
  }

  restore(snapshot: string): void {
    // Safe: written by `snapshot` and read back under a checksum.
    for (const [id, producer] of JSON.parse(snapshot) as [string, Producer][]) this.#byId.set(id, producer);
  }
}

const before = (producer: Producer, seq: number): Producer => ({
  ...producer,
  frames: producer.frames.filter(({ firstSeq, seqs = [firstSeq] }) => seqs.every((each) => each < seq)),
});

/**
 * A digest of 53 bits of the ids of the first and the last message that has a seq, and of the number of messages as
 * published. A resent frame has the same digest; a frame of other messages under the same number has another.
 * 0: the frame lacks one of the two messages.
 */
export const idsDigest = (frame: Frame, seqs: SentFrame['seqs']): number => {
  const { published } = frame.header;
  const first = indexIn(frame, seqs === undefined ? 0 : seqs.findIndex((seq) => seq !== NO_SEQ));
  const last = indexIn(
    frame,
    seqs === undefined ? published - 1 : seqs.findLastIndex((seq) => seq !== NO_SEQ),
  );
  if (first < 0 || last < 0) return 0;
  const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength);
  let high = published;
  let low = ~published;
  for (const at of [frame.entryAt(first), frame.entryAt(last)]) {
    for (let byte = 0; byte < 16; byte += 4) {
      const word = view.getUint32(at + byte);
      high = mix(high ^ word, 0x85ebca6b);
      low = mix(low ^ word, 0xc2b2ae35);
    }
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
};

/** The index in a frame of the message that was published at an index; -1: the frame lacks it. */
const indexIn = (frame: Frame, index: number): number => {
  const { published } = frame.header;
  if (frame.count === published) return index < published ? index : -1;
  for (let at = 0; at < frame.count; at++) if (frame.publishedIndex(at) === index) return at;
  return -1;
};

const mix = (value: number, factor: number): number => {
  const product = Math.imul(value, factor);
  return Math.imul(product ^ (product >>> 15), 0x9e3779b1);
};
