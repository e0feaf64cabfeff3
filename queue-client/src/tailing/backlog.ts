import type { AnyMessage, Gap, Position, Reset } from '@typed-queue/contracts';
import type { GrantedMessages } from '../consuming/granted.js';
import type { TailItem } from './tail.js';

/** Messages by their place, parsed when they are asked for. */
export type Messages = Pick<GrantedMessages, 'length' | 'at'>;

/** What the server sent at once. */
export type Piece =
  /** The log begins anew, with this seq. */
  | { readonly kind: 'reset'; readonly reset: Reset; readonly next: number }
  | { readonly kind: 'live'; readonly next: number }
  | LogPiece;

/** Messages, and what is missing between them. */
export interface LogPiece {
  readonly kind: 'log';
  readonly from: number;
  /** Default: the seq of its last message. */
  readonly to?: number;
  readonly messages: Messages;
  readonly gaps: readonly Gap[];
  readonly bytes: number;
}

export type Taken =
  | Exclude<TailItem, { readonly kind: 'invalid' }>
  /** What arrived goes on behind what is next: something in between never came. */
  | { readonly kind: 'hole'; readonly next: number; readonly found: number };

/**
 * What arrived for a tail and was not taken yet, and the position behind what was. Every message is taken once: what
 * is below the position was taken before, and what begins behind it is a hole.
 */
export class Backlog {
  /** Only some events were asked for: between two messages others may stand. */
  readonly #filtered: boolean;
  #epoch: string | undefined;
  #next = 0;
  #pieces: Piece[] = [];
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
  /** How many bytes were taken, in whole pieces, since the backlog is there. */
  get bytes(): number {
    return this.#bytes;
  }

  stand({ epoch, seq }: Position): void {
    this.#epoch = epoch;
    this.#next = seq;
  }

  add(piece: Piece): void {
    this.#pieces.push(piece);
  }

  /** Forgets what was not taken: it will come again. */
  clear(): void {
    this.#pieces = [];
    this.#place = 0;
    this.#gap = 0;
  }

  /** The next thing in the log; undefined: nothing is here. A hole stays until the backlog is cleared. */
  take(): Taken | undefined {
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const taken = this.#takeOf(piece);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }

  #takeOf(piece: Piece): Taken | undefined {
    if (piece.kind === 'reset') {
      this.#leave(piece);
      this.stand({ epoch: piece.reset.epoch, seq: piece.next });
      return { kind: 'gap', gap: piece.reset };
    }
    const start = piece.kind === 'live' ? piece.next : piece.from;
    if (start > this.#next) return this.#hole(start);
    if (piece.kind === 'log') return this.#takeLogged(piece);
    this.#leave(piece);
    return piece;
  }

  #takeLogged(piece: LogPiece): Taken | undefined {
    for (;;) {
      const message = piece.messages.at(this.#place);
      const gap = piece.gaps[this.#gap];
      if (gap !== undefined && gap.from < (message?.seq ?? Infinity)) {
        if (this.#skips(gap.from)) return this.#hole(gap.from);
        this.#gap++;
        if (gap.to >= this.#next) return this.#takeGap(gap);
      } else if (message !== undefined) {
        if (this.#skips(message.seq)) return this.#hole(message.seq);
        this.#place++;
        if (message.seq >= this.#next) return this.#takeMessage(message);
      } else {
        return this.#end(piece);
      }
    }
  }

  #takeGap(gap: Gap): Taken {
    const from = Math.max(gap.from, this.#next);
    this.#next = gap.to + 1;
    return { kind: 'gap', gap: { ...gap, from } };
  }

  #takeMessage(message: AnyMessage): Taken {
    this.#next = message.seq + 1;
    return { kind: 'message', message };
  }

  #end(piece: LogPiece): Taken | undefined {
    const { from, to = from + piece.messages.length - 1 } = piece;
    if (this.#skips(to + 1)) return this.#hole(to + 1);
    this.#next = Math.max(this.#next, to + 1);
    this.#leave(piece);
    return undefined;
  }

  #skips(seq: number): boolean {
    return seq > this.#next && !this.#filtered;
  }

  #hole(found: number): Taken {
    return { kind: 'hole', next: this.#next, found };
  }

  #leave(piece: Piece): void {
    this.#pieces.shift();
    this.#place = 0;
    this.#gap = 0;
    if (piece.kind === 'log') this.#bytes += piece.bytes;
  }
}
