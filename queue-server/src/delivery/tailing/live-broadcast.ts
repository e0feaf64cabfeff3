import type { AnyMessage, JsonText } from '@typed-queue/contracts';
import { messagesText, type Frame } from '@typed-queue/contracts/wire';
import type { LogItem, QueueHandle } from '../../engine/engine.js';

/** A tail that has everything that was broadcast. */
export interface LiveTail {
  /** Its client was sent as much as it may have unread. */
  readonly full: boolean;
  /** Messages up to this seq were sent, as text of this length. */
  delivered(to: number, length: number): void;
  /** The broadcast goes on without the tail. */
  dropped(): void;
}

/** Sends the text of an array, with consecutive seqs from `firstSeq` on, to all live tails of a queue. */
export type Deliver = (
  queue: string,
  epoch: string,
  firstSeq: number,
  text: JsonText<readonly AnyMessage[]>,
) => void;

export interface LiveBroadcastDeps {
  readonly queue: string;
  readonly log: Pick<QueueHandle, 'head' | 'read'>;
  readonly deliver: Deliver;
  /** `next` has changed. */
  readonly onMoved: () => void;
  readonly onError: (error: unknown) => void;
}

const READ_BYTES = 256 * 1024;
/** Frames are joined up to this number of characters: each text costs a packet per client. */
const TEXT_LENGTH = 64 * 1024;

/** Reads each new frame of a queue once for all live tails, and sends it as one text. */
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
    for (const { to, text } of textsOf(frames, this.#deps.queue, this.#next)) {
      this.#emit(to, text);
      if (this.#tails.size === 0) break;
    }
    // A gap, or nothing where a message should be: each tail reads it by itself.
    if (frames.length < items.length || items.length === 0) this.#dropAll();
    this.#deps.onMoved();
  }

  #emit(to: number, text: JsonText<readonly AnyMessage[]>): void {
    for (const tail of this.#tails) {
      if (!tail.full) continue;
      this.#tails.delete(tail);
      tail.dropped();
    }
    if (this.#tails.size === 0) return;
    const { queue, log, deliver } = this.#deps;
    deliver(queue, log.head().epoch, this.#next, text);
    this.#next = to + 1;
    for (const tail of this.#tails) tail.delivered(to, text.length);
  }

  #dropAll(): void {
    const tails = [...this.#tails];
    this.#tails.clear();
    for (const tail of tails) tail.dropped();
  }
}

/** The texts of consecutive frames, from a seq on, made one by one. */
function* textsOf(
  frames: readonly Frame[],
  queue: string,
  from: number,
): Generator<{ to: number; text: JsonText<readonly AnyMessage[]> }> {
  let texts: string[] = [];
  let length = 0;
  for (const [index, frame] of frames.entries()) {
    const text = messagesText(frame, queue, Math.max(0, from - frame.firstSeq));
    texts.push(text);
    length += text.length;
    if (length < TEXT_LENGTH && index < frames.length - 1) continue;
    // Safe: the texts of messages, joined by commas.
    yield { to: frame.lastSeq, text: `[${texts.join()}]` as JsonText<readonly AnyMessage[]> };
    texts = [];
    length = 0;
  }
}
