import { DAY } from '@typed-queue/contracts';
import { MAX_FRAMES_IN_FLIGHT, NIL_UUID } from '@typed-queue/contracts/wire';

/** A frame that a producer sent, and the seqs that its messages have. */
export interface SentFrame {
  readonly firstNumber: number;
  /** The seq of its first message; the others follow, unless `seqs` says otherwise. */
  readonly firstSeq: number;
  /** By index as published, for a frame that was not stored as a whole; 0: that message was refused. */
  readonly seqs?: readonly number[];
  /** Of its messages, see `idsDigest`. Notes of earlier versions lack it, and no frame matches them. */
  readonly ids: number;
}

/** The seq of one message of a sent frame, by its index as published; 0: it has none. */
export const seqOf = (sent: SentFrame | undefined, index: number): number => {
  if (sent === undefined) return 0;
  return sent.seqs === undefined ? sent.firstSeq + index : (sent.seqs[index] ?? 0);
};

interface Producer {
  readonly lastTime: number;
  readonly frames: readonly SentFrame[];
}

export interface ProducersLimits {
  /** Producers that were silent for longer are forgotten. Default 7 days. */
  readonly maxAgeMs?: number;
  /** How many are remembered, the last active ones. Default 10,000. */
  readonly maxProducers?: number;
}

/**
 * The last frames of each producer, as many as it may have in flight: a frame that is sent again after a lost
 * connection gets the seqs that it already has, at any rate and after any restart.
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

  /** The frame that a producer sent before, if it is the same: numbers alone may be used again by mistake. */
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

  /** The appends from a seq on failed: their seqs will mean other messages. */
  forget(fromSeq: number): void {
    for (const [id, producer] of this.#byId) this.#byId.set(id, before(producer, fromSeq));
  }

  /** The frames that were stored before a seq, as text for `restore`. */
  snapshot(beforeSeq: number): string {
    return JSON.stringify([...this.#byId].map(([id, producer]) => [id, before(producer, beforeSeq)]));
  }

  restore(snapshot: string): void {
    // Safe: written by `note` and read back under a checksum.
    for (const [id, producer] of JSON.parse(snapshot) as [string, Producer][]) this.#byId.set(id, producer);
  }
}

const before = (producer: Producer, seq: number): Producer => ({
  ...producer,
  frames: producer.frames.filter(({ firstSeq, seqs = [firstSeq] }) => seqs.every((each) => each < seq)),
});
