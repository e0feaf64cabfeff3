import { messagesText, type Frame } from '@typed-queue/contracts/wire';
import type { Engine, ReadItem } from '../../engine/engine.js';

/** A tail that has everything, and gets what its room is told. */
export interface LiveTail {
  /** It was sent as much as its client may have unread. */
  readonly full: boolean;
  /** Messages up to this seq went out to it, as text of this length. */
  delivered(to: number, length: number): void;
  /** The tail is no longer of the room. */
  fallBehind(): void;
}

/** Tells everybody in a queue's room of new messages: the text of an array, with consecutive seqs from `firstSeq` on. */
export type Deliver = (queue: string, epoch: string, firstSeq: number, text: string) => void;

export interface LiveRoomParts {
  readonly queue: string;
  readonly engine: Pick<Engine, 'head' | 'read'>;
  readonly deliver: Deliver;
  /** The room has moved on: `next` is another. */
  readonly moved: () => void;
  readonly onError: (error: unknown) => void;
}

const READ_BYTES = 256 * 1024;
/** Frames are joined until they have so many characters: each text costs a packet per client. */
const TEXT_LENGTH = 64 * 1024;

/** The live tails of one queue: each new frame is read, and made a text, once for all of them. */
export class LiveRoom {
  readonly #parts: LiveRoomParts;
  readonly #tails = new Set<LiveTail>();
  #next = 0;
  #reading = false;

  constructor(parts: LiveRoomParts) {
    this.#parts = parts;
  }

  /** The seq that the room is told next. A tail that is to get this one may join, in the same turn. */
  get next(): number {
    return this.#tails.size === 0 ? this.#head.lastSeq + 1 : this.#next;
  }

  join(tail: LiveTail): void {
    this.#next = this.next;
    this.#tails.add(tail);
  }

  leave(tail: LiveTail): void {
    if (this.#tails.delete(tail) && this.#tails.size === 0) this.#parts.moved();
  }

  /** There are new messages. */
  committed(): void {
    if (this.#reading || this.#tails.size === 0) return;
    this.#reading = true;
    this.#run().catch((error: unknown) => {
      this.#dissolve();
      this.#parts.moved();
      this.#parts.onError(error);
    });
  }

  get #head(): ReturnType<Engine['head']> {
    return this.#parts.engine.head(this.#parts.queue);
  }

  async #run(): Promise<void> {
    try {
      while (this.#tails.size > 0 && this.#next <= this.#head.lastSeq) {
        const from = this.#next;
        const items = await this.#parts.engine.read(this.#parts.queue, from, READ_BYTES);
        // Meanwhile all may have left, and others come at a later place.
        if (this.#tails.size > 0 && this.#next === from) this.#tell(items);
        if (this.#next <= this.#head.lastSeq) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      // In the turn of the last look: what is committed next finds the room idle.
      this.#reading = false;
    }
  }

  #tell(items: readonly ReadItem[]): void {
    const frames: Frame[] = [];
    for (const item of items) {
      if (item.kind === 'gap') break;
      frames.push(item.frame);
    }
    for (const { to, text } of textsOf(frames, this.#parts.queue, this.#next)) {
      this.#emit(to, text);
      if (this.#tails.size === 0) break;
    }
    // A gap, or nothing where something should be: each tail looks by itself, and is told what it finds.
    if (frames.length < items.length || items.length === 0) this.#dissolve();
    this.#parts.moved();
  }

  #emit(to: number, text: string): void {
    for (const tail of this.#tails) {
      if (!tail.full) continue;
      this.#tails.delete(tail);
      tail.fallBehind();
    }
    if (this.#tails.size === 0) return;
    this.#parts.deliver(this.#parts.queue, this.#head.epoch, this.#next, text);
    this.#next = to + 1;
    for (const tail of this.#tails) tail.delivered(to, text.length);
  }

  #dissolve(): void {
    const tails = [...this.#tails];
    this.#tails.clear();
    for (const tail of tails) tail.fallBehind();
  }
}

/** The texts of consecutive frames, from a seq on, made one by one. */
function* textsOf(
  frames: readonly Frame[],
  queue: string,
  from: number,
): Generator<{ to: number; text: string }> {
  let texts: string[] = [];
  let length = 0;
  for (const [place, frame] of frames.entries()) {
    const text = messagesText(frame, queue, Math.max(0, from - frame.firstSeq));
    texts.push(text);
    length += text.length;
    if (length < TEXT_LENGTH && place < frames.length - 1) continue;
    yield { to: frame.lastSeq, text: `[${texts.join()}]` };
    texts = [];
    length = 0;
  }
}
