import type { AnyMessage, Gap, Position, Reset } from '@typed-queue/contracts';
import type { LazyMessages } from '../messages/lazy-messages.js';
import type { TailItem } from './tail.js';

/** What the server sent at once. */
export type Chunk =
  /** The server has another log, which begins with `next`. */
  | { readonly kind: 'reset'; readonly reset: Reset; readonly next: number }
  | { readonly kind: 'live'; readonly next: number }
  | LogChunk;

/** Messages, and the gaps between them. */
export interface LogChunk {
  readonly kind: 'log';
  readonly from: number;
  /** Default: the seq of its last message. */
  readonly to?: number;
  readonly messages: LazyMessages;
  readonly gaps: readonly Gap[];
  readonly bytes: number;
}

type BufferItem =
  | Exclude<TailItem, { readonly kind: 'invalid' }>
  /** Seqs from `next` to below `found` were never sent. */
  | { readonly kind: 'hole'; readonly next: number; readonly found: number };

/**
 * The chunks of a tail that its loop has not read, and its position: the seq after the last item read. Yields each
 * message once: skips what is below the position, and reports a hole where a chunk begins above it.
 */
export class TailBuffer {
  /** Only some events were requested: seqs within a chunk may be missing. */
  readonly #filtered: boolean;
  #epoch: string | undefined;
  #next = 0;
  #chunks: Chunk[] = [];
  /** Within the first chunk. */
  #messageIndex = 0;
  #gapIndex = 0;
  #bytes = 0;

  constructor(filtered: boolean, position?: Position) {
    this.#filtered = filtered;
    if (position !== undefined) this.moveTo(position);
  }

  get position(): Position | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, seq: this.#next };
  }
  /** The seq of the position. */
  get next(): number {
    return this.#next;
  }
  /** The bytes of all chunks that were read to their end. */
  get bytes(): number {
    return this.#bytes;
  }

  moveTo({ epoch, seq }: Position): void {
    this.#epoch = epoch;
    this.#next = seq;
  }

  add(chunk: Chunk): void {
    this.#chunks.push(chunk);
  }

  /** Discards all unread chunks: the server sends them again. */
  clear(): void {
    this.#chunks = [];
    this.#messageIndex = 0;
    this.#gapIndex = 0;
  }

  /** The next item; undefined: the buffer is empty. A hole remains until the buffer is cleared. */
  read(): BufferItem | undefined {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const item = this.#readFrom(chunk);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  #readFrom(chunk: Chunk): BufferItem | undefined {
    if (chunk.kind === 'reset') {
      this.#remove(chunk);
      this.moveTo({ epoch: chunk.reset.epoch, seq: chunk.next });
      return { kind: 'gap', gap: chunk.reset };
    }
    const start = chunk.kind === 'live' ? chunk.next : chunk.from;
    if (start > this.#next) return this.#hole(start);
    if (chunk.kind === 'log') return this.#readLog(chunk);
    this.#remove(chunk);
    return chunk;
  }

  #readLog(chunk: LogChunk): BufferItem | undefined {
    for (;;) {
      const message = chunk.messages.at(this.#messageIndex);
      const gap = chunk.gaps[this.#gapIndex];
      if (gap !== undefined && gap.from < (message?.seq ?? Infinity)) {
        if (this.#leavesHole(gap.from)) return this.#hole(gap.from);
        this.#gapIndex++;
        if (gap.to >= this.#next) return this.#passGap(gap);
      } else if (message !== undefined) {
        if (this.#leavesHole(message.seq)) return this.#hole(message.seq);
        this.#messageIndex++;
        if (message.seq >= this.#next) return this.#passMessage(message);
      } else {
        return this.#endChunk(chunk);
      }
    }
  }

  #passGap(gap: Gap): BufferItem {
    const from = Math.max(gap.from, this.#next);
    this.#next = gap.to + 1;
    return { kind: 'gap', gap: { ...gap, from } };
  }

  #passMessage(message: AnyMessage): BufferItem {
    this.#next = message.seq + 1;
    return { kind: 'message', message };
  }

  #endChunk(chunk: LogChunk): BufferItem | undefined {
    const { from, to = from + chunk.messages.length - 1 } = chunk;
    if (this.#leavesHole(to + 1)) return this.#hole(to + 1);
    this.#next = Math.max(this.#next, to + 1);
    this.#remove(chunk);
    return undefined;
  }

  /** Whether the seqs below this one were never sent. */
  #leavesHole(seq: number): boolean {
    return seq > this.#next && !this.#filtered;
  }

  #hole(found: number): BufferItem {
    return { kind: 'hole', next: this.#next, found };
  }

  #remove(chunk: Chunk): void {
    this.#chunks.shift();
    this.#messageIndex = 0;
    this.#gapIndex = 0;
    if (chunk.kind === 'log') this.#bytes += chunk.bytes;
  }
}
