import { QueueError, type Position, type Start } from '@typed-queue/contracts';
import type { ReplayHeader, Result, ServedContract, Tailing, TailRequest } from '@typed-queue/contracts/wire';
import { BackOff, RefusalReport } from '../back-off.js';
import type { Requests } from '../connection/requests.js';
import { frameMessages, type LazyMessages } from '../messages/lazy-messages.js';
import type { Runtime } from '../runtime.js';
import type { Window } from '../window.js';
import type { Chunk, LogChunk, TailBuffer } from './tail-buffer.js';

/** The tail request without its position. The window is explicit: positions are reported by it. */
export type TailParameters = Omit<TailRequest<string>, 'from' | 'window'> & {
  readonly window: { readonly [K in keyof Window]-?: number };
};

export interface TailSourceDeps {
  readonly request: TailParameters;
  /** Where the tail begins, until the buffer has a position. */
  readonly from: Start | Position;
  readonly buffer: TailBuffer;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly onBegun: (contract: ServedContract) => void;
  /** The buffer has a new chunk. */
  readonly onChunk: () => void;
  readonly onRefused: (error: QueueError) => void;
  /** A retryable refusal; called once per code. */
  readonly onRetry: (error: QueueError) => void;
  /** The server sent frames that are not intact. */
  readonly onBroken: (error: QueueError) => void;
}

/**
 * Fills the buffer of a tail, on each connection from the buffer's position on.
 * - `offline`: no connection, or ended.
 * - `requested`: waits for the answer; chunks that arrive belong to an earlier tail.
 * - `replaying`: the server reads its log.
 * - `live`: the server sends messages as they are published.
 * - `backing-off`: the server refused with a retryable error or sent something wrong.
 */
export class TailSource {
  readonly #deps: TailSourceDeps;
  readonly #backOff: BackOff;
  readonly #refusals: RefusalReport;
  #state: 'offline' | 'requested' | 'replaying' | 'live' | 'backing-off' = 'offline';
  /** The position that the server was sent last, and the bytes read until then. */
  #reported = { next: 0, bytes: 0 };

  constructor(deps: TailSourceDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
    this.#refusals = new RefusalReport(deps.onRetry);
  }

  online(): void {
    const { request, from, buffer, server } = this.#deps;
    this.#state = 'requested';
    buffer.clear();
    server.send('tail', { ...request, from: buffer.position ?? from }, (result) => this.#answered(result));
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  end(): void {
    const isOpen = this.#isOpen;
    this.offline();
    if (isOpen) this.#leave(() => undefined);
  }

  replayed({ from, to, gaps }: ReplayHeader, frames: Uint8Array | ArrayBuffer): void {
    if (this.#isOpen) this.#addFrames({ from, to, gaps }, frames);
  }

  live(next: number): void {
    if (!this.#isOpen) return;
    this.#state = 'live';
    this.#backOff.reset();
    this.#add({ kind: 'live', next });
  }

  /** The tail lags: the server reads its log again. */
  lagged(): void {
    if (this.#isOpen) this.#state = 'replaying';
  }

  /** A live broadcast as text. */
  delivered(from: number, messages: LazyMessages, bytes: number): void {
    if (this.#takesBroadcasts) this.#add({ kind: 'log', from, gaps: [], messages, bytes });
  }

  /** A live broadcast as frames. */
  deliveredFrames(from: number, frames: Uint8Array | ArrayBuffer): void {
    if (this.#takesBroadcasts) this.#addFrames({ from, gaps: [] }, frames);
  }

  /** Reports the position after each half window. */
  reportPosition(): void {
    if (!this.#isOpen) return;
    const { request, buffer, server } = this.#deps;
    const { next, bytes } = buffer;
    const share = Math.max(
      (next - this.#reported.next) / request.window.messages,
      (bytes - this.#reported.bytes) / request.window.bytes,
    );
    if (share < 0.5) return;
    this.#reported = { next, bytes };
    server.send('position', request.subscription, next);
  }

  /** Begins again at the position of the buffer, after something wrong arrived. */
  restart(): void {
    this.#deps.buffer.clear();
    if (!this.#isOpen) return;
    this.#state = 'backing-off';
    this.#leave(() => {
      if (this.#state === 'backing-off') this.#backOff.retry(() => this.online());
    });
  }

  /** Whether the server has this tail on the present connection. */
  get #isOpen(): boolean {
    return this.#state === 'replaying' || this.#state === 'live';
  }

  /** A live broadcast is not meant for filtered tails, nor for those that are not live. */
  get #takesBroadcasts(): boolean {
    return this.#state === 'live' && this.#deps.request.events === undefined;
  }

  #leave(onLeft: () => void): void {
    this.#deps.server.send('unsubscribe', this.#deps.request.subscription, onLeft);
  }

  #answered(result: Result<Tailing>): void {
    if (this.#state !== 'requested') {
      // It ended before the answer.
      if (result.ok) this.#leave(() => undefined);
    } else if (result.ok) {
      this.#begin(result.value);
    } else if (result.error.retryable) {
      this.#state = 'backing-off';
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
    this.#reported = { next, bytes: buffer.bytes };
    if (reset === undefined && buffer.position === undefined) buffer.moveTo({ epoch, seq: next });
    this.#deps.onBegun(contract);
    if (reset !== undefined) this.#add({ kind: 'reset', reset, next });
  }

  #addFrames(range: Pick<LogChunk, 'from' | 'to' | 'gaps'>, frames: Uint8Array | ArrayBuffer): void {
    try {
      const messages = frameMessages(frames, this.#deps.request.queue);
      this.#add({ kind: 'log', ...range, messages, bytes: frames.byteLength });
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      this.#deps.onBroken(error);
    }
  }

  #add(chunk: Chunk): void {
    this.#deps.buffer.add(chunk);
    this.#deps.onChunk();
  }
}
