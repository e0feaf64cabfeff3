import {
  QueueError,
  type Position,
  type ReplayHeader,
  type Result,
  type ServedContract,
  type Start,
  type Tailing,
} from '@typed-queue/contracts';
import { BackOff, RefusalReport } from '../back-off.js';
import type { Server } from '../connection/server.js';
import { frameMessages, type LazyMessages } from '../messages/lazy-messages.js';
import type { Runtime } from '../runtime.js';
import type { Chunk, TailBuffer } from './tail-buffer.js';
import type { TailParameters } from './tail-request.js';

export interface TailSourceDeps {
  readonly request: TailParameters;
  /** Where it begins, as long as the buffer has no position. */
  readonly from: Start | Position;
  readonly buffer: TailBuffer;
  readonly server: Server;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly onBegun: (contract: ServedContract) => void;
  /** The buffer has more. */
  readonly onArrived: () => void;
  readonly onRefused: (error: QueueError) => void;
  /** Refused for the moment, and asked again. Told once for each code. */
  readonly onHeld: (error: QueueError) => void;
  /** What came is not intact. */
  readonly onBroken: (error: QueueError) => void;
}

/**
 * Fills the buffer of a tail, on each connection anew from the buffer's position on.
 * - `offline`: no connection, or ended.
 * - `asked`: the server was asked and has not answered; what comes is meant for an earlier tail.
 * - `replaying`: the server sends what stands in its log.
 * - `live`: it sends what is published.
 * - `held`: it refused for the moment, or sent something wrong; it is asked again after a while.
 */
export class TailSource {
  readonly #deps: TailSourceDeps;
  readonly #backOff: BackOff;
  readonly #refusals: RefusalReport;
  #state: 'offline' | 'asked' | 'replaying' | 'live' | 'held' = 'offline';
  /** What the server knows of: the position that it was told last, and the bytes taken until then. */
  #told = { next: 0, bytes: 0 };

  constructor(deps: TailSourceDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
    this.#refusals = new RefusalReport(deps.onHeld);
  }

  online(): void {
    const { request, from, buffer, server } = this.#deps;
    this.#state = 'asked';
    buffer.clear();
    server.send('tail', { ...request, from: buffer.position ?? from }, (result) => this.#answered(result));
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
      const messages = frameMessages(frames, this.#deps.request.queue);
      this.#arrived({ kind: 'log', from, to, gaps, messages, bytes: frames.byteLength });
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      this.#deps.onBroken(error);
    }
  }

  live(next: number): void {
    if (!this.#begun) return;
    this.#state = 'live';
    this.#backOff.reset();
    this.#arrived({ kind: 'live', next });
  }

  behind(): void {
    if (this.#begun) this.#state = 'replaying';
  }

  /** Comes for all tails of the queue: only those that are live, and want all events, are meant. */
  delivered(from: number, messages: LazyMessages, bytes: number): void {
    if (this.#state !== 'live' || this.#deps.request.events !== undefined) return;
    this.#arrived({ kind: 'log', from, gaps: [], messages, bytes });
  }

  /** Something was taken: the server is told each half window. */
  taken(): void {
    if (!this.#begun) return;
    const { request, buffer, server } = this.#deps;
    const { next, bytes } = buffer;
    const part = Math.max(
      (next - this.#told.next) / request.window.messages,
      (bytes - this.#told.bytes) / request.window.bytes,
    );
    if (part < 0.5) return;
    this.#told = { next, bytes };
    server.send('position', request.subscription, next);
  }

  /** What came cannot be gone on with: begins again at the position of the buffer. */
  restart(): void {
    this.#deps.buffer.clear();
    if (!this.#begun) return;
    this.#state = 'held';
    this.#leave(() => {
      if (this.#state === 'held') this.#backOff.retry(() => this.online());
    });
  }

  /** Whether the server has a tail on this connection. */
  get #begun(): boolean {
    return this.#state === 'replaying' || this.#state === 'live';
  }

  #leave(left: () => void): void {
    this.#deps.server.send('unsubscribe', this.#deps.request.subscription, left);
  }

  #answered(result: Result<Tailing>): void {
    if (this.#state !== 'asked') {
      // It ended while it was asked for.
      if (result.ok) this.#leave(() => undefined);
    } else if (result.ok) {
      this.#begin(result.value);
    } else if (result.error.retryable) {
      this.#state = 'held';
      this.#backOff.retry(() => this.online(), result.error);
      this.#refusals.refused(result.error);
    } else {
      this.#state = 'offline';
      this.#deps.onRefused(QueueError.fromBody(result.error));
    }
  }

  #begin({ epoch, next, contract, reset }: Tailing): void {
    const { buffer } = this.#deps;
    this.#state = 'replaying';
    this.#refusals.reset();
    this.#told = { next, bytes: buffer.bytes };
    if (reset === undefined && buffer.position === undefined) buffer.stand({ epoch, seq: next });
    this.#deps.onBegun(contract);
    if (reset !== undefined) this.#arrived({ kind: 'reset', reset, next });
  }

  #arrived(chunk: Chunk): void {
    this.#deps.buffer.add(chunk);
    this.#deps.onArrived();
  }
}
