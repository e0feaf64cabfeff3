import type { AnyMessage, Gap, Position, Reset } from '@typed-queue/contracts';
import type { LazyMessages } from '../messages/lazy-messages.js';
import type { TailItem } from './tail.js';

/** What the server sent at once. */
export type Chunk =
  /** The log begins anew, with this seq. */
  | { readonly kind: 'reset'; readonly reset: Reset; readonly next: number }
  | { readonly kind: 'live'; readonly next: number }
  | LogChunk;

/** Messages, and what is missing between them. */
export interface LogChunk {
  readonly kind: 'log';
  readonly from: number;
  /** Default: the seq of its last message. */
  readonly to?: number;
  readonly messages: LazyMessages;
  readonly gaps: readonly Gap[];
  readonly bytes: number;
}

export type BufferItem =
  | Exclude<TailItem, { readonly kind: 'invalid' }>
  /** What arrived goes on behind what is next: something in between never came. */
  | { readonly kind: 'hole'; readonly next: number; readonly found: number };

/**
 * What arrived for a tail and was not taken yet, and the position behind what was. Every message is taken once: what
 * is below the position was taken before, and what begins behind it is a hole.
 */
export class TailBuffer {
  /** Only some events were asked for: between two messages others may stand. */
  readonly #filtered: boolean;
  #epoch: string | undefined;
  #next = 0;
  #chunks: Chunk[] = [];
  #place = 0;
  #gap = 0;
  #bytes = 0;

  constructor(filtered: boolean, position?: Position) {
    this.#filtered = filtered;
    if (position !== undefined) this.stand(position);
  }

  get position(): Position | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, seq: this.#next };
  }
  /** The seq of the next message. */
  get next(): number {
    return this.#next;
  }
  /** How many bytes were taken, in whole chunks, since the buffer is there. */
  get bytes(): number {
    return this.#bytes;
  }

  stand({ epoch, seq }: Position): void {
    this.#epoch = epoch;
    this.#next = seq;
  }

  add(chunk: Chunk): void {
    this.#chunks.push(chunk);
  }

  /** Forgets what was not taken: it will come again. */
  clear(): void {
    this.#chunks = [];
    this.#place = 0;
    this.#gap = 0;
  }

  /** The next thing in the log; undefined: nothing is here. A hole stays until the buffer is cleared. */
  take(): BufferItem | undefined {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const taken = this.#takeFrom(chunk);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }

  #takeFrom(chunk: Chunk): BufferItem | undefined {
    if (chunk.kind === 'reset') {
      this.#leave(chunk);
      this.stand({ epoch: chunk.reset.epoch, seq: chunk.next });
      return { kind: 'gap', gap: chunk.reset };
    }
    const start = chunk.kind === 'live' ? chunk.next : chunk.from;
    if (start > this.#next) return this.#hole(start);
    if (chunk.kind === 'log') return this.#takeLogged(chunk);
    this.#leave(chunk);
    return chunk;
  }

  #takeLogged(chunk: LogChunk): BufferItem | undefined {
    for (;;) {
      const message = chunk.messages.at(this.#place);
      const gap = chunk.gaps[this.#gap];
      if (gap !== undefined && gap.from < (message?.seq ?? Infinity)) {
        if (this.#skips(gap.from)) return this.#hole(gap.from);
        this.#gap++;
        if (gap.to >= this.#next) return this.#takeGap(gap);
      } else if (message !== undefined) {
        if (this.#skips(message.seq)) return this.#hole(message.seq);
        this.#place++;
        if (message.seq >= this.#next) return this.#takeMessage(message);
      } else {
        return this.#end(chunk);
      }
    }
  }

  #takeGap(gap: Gap): BufferItem {
    const from = Math.max(gap.from, this.#next);
    this.#next = gap.to + 1;
    return { kind: 'gap', gap: { ...gap, from } };
  }

  #takeMessage(message: AnyMessage): BufferItem {
    this.#next = message.seq + 1;
    return { kind: 'message', message };
  }

  #end(chunk: LogChunk): BufferItem | undefined {
    const { from, to = from + chunk.messages.length - 1 } = chunk;
    if (this.#skips(to + 1)) return this.#hole(to + 1);
    this.#next = Math.max(this.#next, to + 1);
    this.#leave(chunk);
    return undefined;
  }

  #skips(seq: number): boolean {
    return seq > this.#next && !this.#filtered;
  }

  #hole(found: number): BufferItem {
    return { kind: 'hole', next: this.#next, found };
  }

  #leave(chunk: Chunk): void {
    this.#chunks.shift();
    this.#place = 0;
    this.#gap = 0;
    if (chunk.kind === 'log') this.#bytes += chunk.bytes;
  }
}
