import { FrameWriter, type Draft, type FrameOrigin, type WrittenMessage } from '@typed-queue/contracts/wire';
import { sizeOf } from './draft.js';
import type { Publication, Waiter } from './publication.js';

const MAX_MESSAGES = 512;
const MAX_SIZE = 128 * 1024;

/** Messages that are stored together or not at all. */
export interface Batch {
  /** They are stored only if it is the last seq, see `PublishOptions`. */
  readonly expectedSeq?: number | undefined;
}

/** Messages that are sent as one, until the server answered. */
export interface PendingFrame {
  readonly bytes: Uint8Array;
  readonly publications: readonly Publication[];
  /** Undefined: each of its messages is stored or refused by itself. */
  readonly batch: Batch | undefined;
  /** Counts how often it was sent: only the answer to the last time counts. */
  attempt: number;
}

/** Messages that will be sent as one: those of a batch, or some before the next batch. */
export class QueuedFrame {
  readonly publications: Publication[] = [];
  readonly #batch: Batch | undefined;
  readonly #writer = new FrameWriter();
  readonly #messages: WrittenMessage[] = [];
  /** With those that were removed: their texts remain until the frame is finished. */
  #size = 0;

  constructor(batch: Batch | undefined) {
    this.#batch = batch;
  }

  /** Whether a message of this size, of no batch, may be added. */
  hasRoom(size: number): boolean {
    return (
      this.#batch === undefined && this.publications.length < MAX_MESSAGES && this.#size + size <= MAX_SIZE
    );
  }

  add(draft: Draft, { resolve, reject }: Waiter): void {
    const size = sizeOf(draft);
    this.#messages.push(this.#writer.add(draft));
    this.publications.push({ id: draft.id, size, resolve, reject, unwatch: undefined });
    this.#size += size;
  }

  /** Removes messages that follow one another. */
  remove(removed: readonly Publication[]): void {
    const index = this.publications.findIndex((one) => one === removed[0]);
    this.#messages.splice(index, removed.length);
    this.publications.splice(index, removed.length);
  }

  /** At least one message. Nothing may be added or removed later. */
  finish(origin: FrameOrigin): PendingFrame {
    const bytes = this.#writer.finish(this.#messages, origin);
    return { bytes, publications: this.publications, batch: this.#batch, attempt: 0 };
  }
}
