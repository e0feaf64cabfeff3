import type { AnyMessage, JsonText } from '@typed-queue/contracts';
import { messagesText, type Frame } from '@typed-queue/contracts/wire';
import type { LogItem, QueueHandle } from '../../engine/engine.js';

/** How a tail gets live messages: as the JSON text of an array, or as frames. */
export type LiveForm = 'json' | 'frame';

/** A tail that has everything that was broadcast. */
export interface LiveTail {
  readonly form: LiveForm;
  /** Its client was sent as much as it may have unread. */
  readonly full: boolean;
  /** Messages up to this seq were sent; `length`: their size, in bytes as frames or in characters as text. */
  delivered(to: number, length: number): void;
  /** The broadcast goes on without the tail. */
  dropped(): void;
}

/** Sends messages with consecutive seqs from `firstSeq` on to the live tails of a queue that have this form. */
export interface Deliver {
  json(queue: string, epoch: string, firstSeq: number, text: JsonText<readonly AnyMessage[]>): void;
  frame(queue: string, epoch: string, firstSeq: number, frames: readonly Frame[]): void;
}

export interface LiveBroadcastDeps {
  readonly queue: string;
  readonly log: Pick<QueueHandle, 'head' | 'read'>;
  readonly deliver: Deliver;
  /** `next` has changed. */
  readonly onMoved: () => void;
  readonly onError: (error: unknown) => void;
}

const READ_BYTES = 256 * 1024;
/** Frames are joined up to this number of bytes: what is sent at once costs a packet for each client. */
const BATCH_BYTES = 64 * 1024;

/** Reads each new frame of a queue once for all live tails, and has it encoded once in each form that they have. */
export class LiveBroadcast {
  readonly #deps: LiveBroadcastDeps;
  readonly #tails = new Set<LiveTail>();
  #next = 0;
  #reading = false;

  constructor(deps: LiveBroadcastDeps) {
    this.#deps = deps;
  }

  /** The seq that is sent next. A tail whose next seq this is may join, in the same turn. */
  get next(): number {
    return this.#tails.size === 0 ? this.#deps.log.head().lastSeq + 1 : this.#next;
  }

  join(tail: LiveTail): void {
    this.#next = this.next;
    this.#tails.add(tail);
  }

  leave(tail: LiveTail): void {
    if (this.#tails.delete(tail) && this.#tails.size === 0) this.#deps.onMoved();
  }

  /** There are new messages. */
  committed(): void {
    if (this.#reading || this.#tails.size === 0) return;
    this.#reading = true;
    this.#run().catch((error: unknown) => {
      this.#dropAll();
      this.#deps.onMoved();
      this.#deps.onError(error);
    });
  }

  async #run(): Promise<void> {
    const { log } = this.#deps;
    try {
      while (this.#tails.size > 0 && this.#next <= log.head().lastSeq) {
        const from = this.#next;
        const items = await log.read(from, READ_BYTES);
        // During the read all may have left, and others joined at a later seq.
        if (this.#tails.size > 0 && this.#next === from) this.#send(items);
        if (this.#next <= log.head().lastSeq) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      // In the turn of the last check: the next commit must find the broadcast idle.
      this.#reading = false;
    }
  }

  #send(items: readonly LogItem[]): void {
    const frames: Frame[] = [];
    for (const item of items) {
      if (item.kind === 'gap') break;
      frames.push(item.frame);
    }
    for (const batch of batchesOf(frames)) {
      this.#emit(batch);
      if (this.#tails.size === 0) break;
    }
    // A gap, or nothing where a message should be: each tail reads it by itself.
    if (frames.length < items.length || items.length === 0) this.#dropAll();
    this.#deps.onMoved();
  }

  #emit(frames: readonly Frame[]): void {
    for (const tail of this.#tails) {
      if (!tail.full) continue;
      this.#tails.delete(tail);
      tail.dropped();
    }
    if (this.#tails.size === 0) return;
    const lengths = this.#deliver(frames);
    const to = frames.at(-1)?.lastSeq ?? 0;
    this.#next = to + 1;
    for (const tail of this.#tails) tail.delivered(to, lengths[tail.form]);
  }

  /** Delivers in the forms that there are tails of. Returns the lengths. */
  #deliver(frames: readonly Frame[]): Record<LiveForm, number> {
    const { queue, log, deliver } = this.#deps;
    const { epoch } = log.head();
    const forms = new Set(Array.from(this.#tails, ({ form }) => form));
    const lengths = { json: 0, frame: bytesOf(frames) };
    if (forms.has('frame')) deliver.frame(queue, epoch, this.#next, frames);
    if (forms.has('json')) {
      const text = textOf(frames, queue, this.#next);
      lengths.json = text.length;
      deliver.json(queue, epoch, this.#next, text);
    }
    return lengths;
  }

  #dropAll(): void {
    const tails = [...this.#tails];
    this.#tails.clear();
    for (const tail of tails) tail.dropped();
  }
}

const bytesOf = (frames: readonly Frame[]): number =>
  frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

/** Consecutive frames, as many together as are sent at once. */
const batchesOf = (frames: readonly Frame[]): readonly (readonly Frame[])[] => {
  const batches: Frame[][] = [];
  let room = 0;
  for (const frame of frames) {
    if (room > 0) batches.at(-1)?.push(frame);
    else {
      batches.push([frame]);
      room = BATCH_BYTES;
    }
    room -= frame.bytes.byteLength;
  }
  return batches;
};

/** The messages from a seq on. */
const textOf = (frames: readonly Frame[], queue: string, from: number): JsonText<readonly AnyMessage[]> => {
  const texts = frames.map((frame) => messagesText(frame, queue, Math.max(0, from - frame.firstSeq)));
  // Safe: the texts of messages, joined by commas.
  return `[${texts.join()}]` as JsonText<readonly AnyMessage[]>;
};
