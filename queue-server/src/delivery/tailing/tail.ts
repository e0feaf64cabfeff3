import { QueueError } from '@typed-queue/contracts';
import type { Timers } from '../../engine/timers.js';
import type { Reading } from './reading.js';
import type { LiveRoom, LiveTail } from './live-room.js';
import { pieceOf, type Piece } from './piece.js';
import type { TailClient } from './tail-client.js';

export interface TailParts {
  readonly queue: string;
  readonly engine: Pick<Reading, 'head' | 'read'>;
  readonly room: LiveRoom;
  readonly client: TailClient;
  /** Only these events; undefined: all. */
  readonly events: ReadonlySet<string> | undefined;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
  /** Called once, when the tail has ended. */
  readonly onEnd: (tail: Tail) => void;
}

type Waiting = 'start' | 'report' | 'messages';

/**
 * A tail reads the log (`replaying`) until it has everything; then it is `live`, and its room brings what is new.
 * It waits when too much is unread at its client, or unsent (`report`), and where its room has to come first or, with a filter,
 * for what is new (`messages`). A read that failed is tried again after a while (`retrying`).
 */
type State =
  | { readonly kind: 'waiting'; readonly for: Waiting }
  | { readonly kind: 'replaying' | 'live' | 'ended' }
  | { readonly kind: 'retrying'; readonly timer: unknown };

const READ_BYTES = 256 * 1024;
/** After so many messages that are not for it, a filtered tail says how far it is. */
const SKIPPED_AT_MOST = 1_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** A subscription of one client: every message from a seq on. The server keeps nothing of it. */
export class Tail implements LiveTail {
  readonly #parts: TailParts;
  readonly #client: TailClient;
  #state: State = { kind: 'waiting', for: 'start' };
  /** Everything from what the client was told to before this seq is not for it. */
  #skipped = 0;
  #failures = 0;

  constructor(parts: TailParts) {
    this.#parts = parts;
    this.#client = parts.client;
  }

  /** The client is ready for messages. */
  start(): void {
    this.#goAfter('start');
  }

  /** The client read everything below this seq. @throws QueueError `request_invalid` */
  position(next: number): void {
    this.#client.position(next);
    this.drained();
  }

  /** The connection took what waited for it. */
  drained(): void {
    if (this.#client.room() !== undefined) this.#goAfter('report');
  }

  /** The connection takes nothing until further notice, see `drained`. */
  hold(): void {
    const state = this.#state;
    if (state.kind !== 'live' && !(state.kind === 'waiting' && state.for === 'messages')) return;
    this.#parts.room.leave(this);
    this.#fill();
  }

  /** There may be more to read. */
  wake(): void {
    this.#goAfter('messages');
  }

  end(): void {
    if (this.#state.kind === 'ended') return;
    if (this.#state.kind === 'retrying') this.#parts.timers.clear(this.#state.timer);
    this.#state = { kind: 'ended' };
    this.#parts.room.leave(this);
    this.#parts.onEnd(this);
  }

  get full(): boolean {
    return this.#client.full;
  }

  delivered(to: number, length: number): void {
    this.#client.delivered(to, length);
  }

  fallBehind(): void {
    this.#client.behind();
    this.#go();
  }

  /** The seq of the next message that is read. */
  get #next(): number {
    return Math.max(this.#client.told, this.#skipped);
  }
  /** The newest seq that is read here: what is newer comes by the room. */
  get #last(): number {
    const { room, engine, queue, events } = this.#parts;
    return events === undefined ? room.next - 1 : engine.head(queue).lastSeq;
  }

  #goAfter(waiting: Waiting): void {
    if (this.#state.kind === 'waiting' && this.#state.for === waiting) this.#go();
  }

  #go(): void {
    this.#state = { kind: 'replaying' };
    this.#replay().catch((error: unknown) => {
      this.#failed(error);
    });
  }

  async #replay(): Promise<void> {
    const { engine, queue, events } = this.#parts;
    while (this.#state.kind === 'replaying') {
      const next = this.#next;
      const room = this.#client.room();
      if (next > this.#last) this.#arrive();
      else if (room === undefined) this.#fill();
      else {
        const items = await engine.read(queue, next, Math.min(READ_BYTES, room.bytes));
        if (!this.#isReplaying()) return;
        // Others may have used the connection meanwhile.
        const left = this.#client.room();
        if (left === undefined) continue;
        const limits = { maxMessages: left.messages, maxBytes: left.bytes };
        this.#tell(pieceOf(items, [next, this.#last], limits, events));
        // A long backlog must not keep the loop from everything else.
        if (this.#next <= this.#last) await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  /** Asked after an `await`, during which the tail may have ended. */
  #isReplaying(): boolean {
    return this.#state.kind === 'replaying';
  }

  #tell(piece: Piece): void {
    this.#failures = 0;
    const skipped = piece.frames.length === 0 && piece.gaps.length === 0;
    if (skipped && piece.to - this.#client.told < SKIPPED_AT_MOST) this.#skipped = piece.to + 1;
    else this.#client.replay(piece);
  }

  /** Nothing is left to read. In this very turn the tail goes over to its room. */
  #arrive(): void {
    const { room, events } = this.#parts;
    if (this.#client.isHeld || (events === undefined && this.#client.room() === undefined)) {
      this.#fill();
    } else if (events !== undefined) {
      this.#client.live(this.#next);
      this.#state = { kind: 'waiting', for: 'messages' };
    } else if (this.#next > room.next) {
      this.#state = { kind: 'waiting', for: 'messages' };
    } else {
      this.#client.live(this.#next);
      this.#state = { kind: 'live' };
      room.join(this);
    }
  }

  /** Too much is unread. */
  #fill(): void {
    this.#client.behind();
    this.#state = { kind: 'waiting', for: 'report' };
  }

  #failed(error: unknown): void {
    if (this.#state.kind === 'ended') return;
    if (error instanceof QueueError && error.code === 'closed') {
      this.end();
      return;
    }
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LAST_RETRY_MS);
    const timer = this.#parts.timers.set(() => {
      this.#go();
    }, delay);
    this.#state = { kind: 'retrying', timer };
    this.#parts.onError(error);
  }
}
