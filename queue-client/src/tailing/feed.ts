import { QueueError, type Position, type Start } from '@typed-queue/contracts';
import type { ReplayHeader, Result, ServedContract, Tailing } from '@typed-queue/contracts/wire';
import { BackOff, retryAfterOf } from '../back-off.js';
import { HeldRefusals } from '../held-refusals.js';
import type { Server } from '../connection/server.js';
import { grantedMessages } from '../consuming/granted.js';
import type { Runtime } from '../runtime.js';
import type { Backlog, Messages, Piece } from './backlog.js';
import type { TailWish } from './tail-request.js';

export interface FeedParts {
  readonly wish: TailWish;
  /** Where it begins, as long as the backlog has no position. */
  readonly from: Start | Position;
  readonly backlog: Backlog;
  readonly server: Pick<Server, 'tail' | 'position' | 'unsubscribe'>;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly onBegun: (contract: ServedContract) => void;
  /** The backlog has more. */
  readonly onArrived: () => void;
  readonly onRefused: (error: QueueError) => void;
  /** Refused for the moment, and asked again. Told once for each code. */
  readonly onHeld: (error: QueueError) => void;
  /** What came is not intact. */
  readonly onBroken: (error: QueueError) => void;
}

/**
 * Fills the backlog of a tail, on each connection anew from the backlog's position on.
 * - `offline`: no connection, or ended.
 * - `asked`: the server was asked and has not answered; what comes is meant for an earlier tail.
 * - `replaying`: the server sends what stands in its log.
 * - `live`: it sends what is published.
 * - `held`: it refused for the moment, or sent something wrong; it is asked again after a while.
 */
export class Feed {
  readonly #parts: FeedParts;
  readonly #backOff: BackOff;
  readonly #refusals: HeldRefusals;
  #state: 'offline' | 'asked' | 'replaying' | 'live' | 'held' = 'offline';
  /** What the server knows of: the position that it was told last, and the bytes taken until then. */
  #told = { next: 0, bytes: 0 };

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime);
    this.#refusals = new HeldRefusals(parts.onHeld);
  }

  online(): void {
    const { wish, from, backlog, server } = this.#parts;
    this.#state = 'asked';
    backlog.clear();
    server.tail({ ...wish, from: backlog.position ?? from }, (result) => this.#answered(result));
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  /** Nobody wants more. */
  end(): void {
    const begun = this.#begun;
    this.offline();
    if (begun) this.#leave(() => undefined);
  }

  replayed({ from, to, gaps }: ReplayHeader, frames: Uint8Array | ArrayBuffer): void {
    if (!this.#begun) return;
    try {
      const messages = grantedMessages(frames, this.#parts.wish.queue);
      this.#arrived({ kind: 'log', from, to, gaps, messages, bytes: frames.byteLength });
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      this.#parts.onBroken(error);
    }
  }

  live(next: number): void {
    if (!this.#begun) return;
    this.#state = 'live';
    this.#backOff.succeeded();
    this.#arrived({ kind: 'live', next });
  }

  behind(): void {
    if (this.#begun) this.#state = 'replaying';
  }

  /** Comes for all tails of the queue: only those that are live, and want all events, are meant. */
  delivered(from: number, messages: Messages, bytes: number): void {
    if (this.#state !== 'live' || this.#parts.wish.events !== undefined) return;
    this.#arrived({ kind: 'log', from, gaps: [], messages, bytes });
  }

  /** Something was taken: the server is told each half window. */
  taken(): void {
    if (!this.#begun) return;
    const { wish, backlog, server } = this.#parts;
    const { next, bytes } = backlog;
    const part = Math.max(
      (next - this.#told.next) / wish.window.messages,
      (bytes - this.#told.bytes) / wish.window.bytes,
    );
    if (part < 0.5) return;
    this.#told = { next, bytes };
    server.position(wish.subscription, next);
  }

  /** What came cannot be gone on with: begins again at the position of the backlog. */
  restart(): void {
    this.#parts.backlog.clear();
    if (!this.#begun) return;
    this.#state = 'held';
    this.#leave(() => {
      if (this.#state === 'held') this.#backOff.wait(() => this.online());
    });
  }

  /** Whether the server has a tail on this connection. */
  get #begun(): boolean {
    return this.#state === 'replaying' || this.#state === 'live';
  }

  #leave(left: () => void): void {
    this.#parts.server.unsubscribe(this.#parts.wish.subscription, left);
  }

  #answered(result: Result<Tailing>): void {
    if (this.#state !== 'asked') {
      // It ended while it was asked for.
      if (result.ok) this.#leave(() => undefined);
    } else if (result.ok) {
      this.#begin(result.value);
    } else if (result.error.retryable) {
      this.#state = 'held';
      this.#backOff.wait(() => this.online(), retryAfterOf(result.error));
      this.#refusals.refused(result.error);
    } else {
      this.#state = 'offline';
      this.#parts.onRefused(QueueError.fromBody(result.error));
    }
  }

  #begin({ epoch, next, contract, reset }: Tailing): void {
    const { backlog } = this.#parts;
    this.#state = 'replaying';
    this.#refusals.granted();
    this.#told = { next, bytes: backlog.bytes };
    if (reset === undefined && backlog.position === undefined) backlog.stand({ epoch, seq: next });
    this.#parts.onBegun(contract);
    if (reset !== undefined) this.#arrived({ kind: 'reset', reset, next });
  }

  #arrived(piece: Piece): void {
    this.#parts.backlog.add(piece);
    this.#parts.onArrived();
  }
}
