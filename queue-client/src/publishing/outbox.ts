import { QueueError, type ErrorBody, type Receipt } from '@typed-queue/contracts';
import {
  encodeFrame,
  MAX_FRAMES_IN_FLIGHT,
  type Draft,
  type FrameReceipt,
  type Result,
} from '@typed-queue/contracts/wire';
import { BackOff, retryAfterOf } from '../back-off.js';
import { rejectBatch, resolveBatch, takeBatch, type Pending } from './pending.js';
import type { Room } from './room.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';

export interface OutboxParts {
  readonly queue: string;
  /** Names this client to the server, so that a frame sent again is recognised. A UUID. */
  readonly producer: string;
  readonly server: Pick<Server, 'publish'>;
  readonly room: Room;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random'>;
}

interface SentFrame {
  readonly bytes: Uint8Array;
  readonly batch: readonly Pending[];
  /** How often it was sent: only the last time's answer counts. */
  times: number;
}

/**
 * The messages of one queue on their way to the server.
 *
 * A message waits; with the others of its turn of the event loop it becomes a frame; the frame is sent, and sent
 * again with the same bytes, until an answer settles it. The order of publishing is the order of the log:
 * - `offline`: nothing leaves. A new connection sends all unanswered frames again, oldest first, then new ones.
 * - `open`: new frames leave while fewer than the window are unanswered.
 * - `held`: the server refused a frame for the moment, and refuses all later ones until it comes again.
 *   After a wait it and all later ones are sent again; when it was over a rate limit, first one, and more with each
 *   that is taken.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #backOff: BackOff;
  readonly #waiting = new Set<Pending>();
  /** Frames without an answer. */
  #sent: readonly SentFrame[] = [];
  /** How many of them, the oldest, were sent since the outbox is open. */
  #inFlight = 0;
  /** How many may be. */
  #window = MAX_FRAMES_IN_FLIGHT;
  #nextNumber = 1;
  #state: 'offline' | 'open' | 'held' = 'offline';
  #flushing = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime);
  }

  /** @throws QueueError `outbox_full` */
  add(
    draft: Draft,
    resolve: (receipt: Receipt) => void,
    reject: (error: QueueError) => void,
    signal?: AbortSignal,
  ): void {
    const size = draft.payload.length + (draft.headers?.length ?? 0);
    this.#parts.room.take(size);
    const pending: Pending = { draft, size, resolve, reject };
    if (signal !== undefined) this.#watch(pending, signal);
    this.#waiting.add(pending);
    this.#flushSoon();
  }

  connected(): void {
    this.#state = 'open';
    this.#inFlight = 0;
    // Answers to what was sent before do not count.
    for (const frame of this.#sent) frame.times++;
    this.#fillWindow();
  }

  disconnected(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  /** Gives everything up: what was never sent rejects with the reason. */
  fail(reason: QueueError): void {
    this.disconnected();
    const unknown = new QueueError(
      'outcome_unknown',
      'The message was sent, but its receipt will not come: it may be stored or not.',
      { cause: reason },
    );
    for (const frame of this.#sent) {
      this.#remove(frame);
      rejectBatch(frame.batch, unknown);
    }
    for (const pending of this.#waiting) this.#drop(pending, reason);
  }

  #flushSoon(): void {
    if (this.#flushing || this.#state !== 'open' || this.#waiting.size === 0) return;
    this.#flushing = true;
    this.#parts.runtime.defer(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#state === 'open' && this.#waiting.size > 0 && this.#sent.length < this.#window) {
      const batch = takeBatch(this.#waiting);
      const { bytes } = encodeFrame(
        batch.map(({ draft }) => draft),
        { producer: this.#parts.producer, firstNumber: this.#nextNumber },
      );
      this.#nextNumber += batch.length;
      const frame: SentFrame = { bytes, batch, times: 0 };
      this.#sent = [...this.#sent, frame];
      this.#inFlight++;
      this.#send(frame);
    }
  }

  #fillWindow(): void {
    while (this.#state === 'open' && this.#inFlight < this.#window) {
      const frame = this.#sent[this.#inFlight];
      if (frame === undefined) break;
      this.#inFlight++;
      this.#send(frame);
    }
    this.#flushSoon();
  }

  #send(frame: SentFrame): void {
    const times = ++frame.times;
    this.#parts.server.publish(this.#parts.queue, frame.bytes, (result) => {
      if (times === frame.times) this.#answered(frame, result);
    });
  }

  #answered(frame: SentFrame, result: Result<FrameReceipt>): void {
    if (!result.ok && result.error.retryable) {
      this.#hold(result.error);
      return;
    }
    this.#backOff.succeeded();
    this.#window = Math.min(2 * this.#window, MAX_FRAMES_IN_FLIGHT);
    this.#remove(frame);
    if (result.ok) resolveBatch(frame.batch, result.value);
    else rejectBatch(frame.batch, QueueError.fromBody(result.error));
    this.#fillWindow();
  }

  #hold(error: ErrorBody): void {
    if (this.#state !== 'open') return;
    this.#state = 'held';
    if (error.code === 'rate_limited') this.#window = 1;
    this.#backOff.wait(() => this.connected(), retryAfterOf(error));
  }

  #remove(frame: SentFrame): void {
    frame.times++;
    if (this.#sent.indexOf(frame) < this.#inFlight) this.#inFlight--;
    this.#sent = this.#sent.filter((other) => other !== frame);
    for (const pending of frame.batch) pending.unwatch?.();
    this.#parts.room.give(
      frame.batch.length,
      frame.batch.reduce((sum, { size }) => sum + size, 0),
    );
  }

  #watch(pending: Pending, signal: AbortSignal): void {
    const abort = (): void => this.#abort(pending, signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    pending.unwatch = () => signal.removeEventListener('abort', abort);
  }

  #abort(pending: Pending, cause: unknown): void {
    if (this.#waiting.has(pending)) {
      this.#drop(
        pending,
        new QueueError('aborted', 'The publisher gave up before the message was sent.', { cause }),
      );
    } else {
      const text = 'The publisher gave up after the message was sent: it may be stored or not.';
      pending.reject(new QueueError('outcome_unknown', text, { cause }));
    }
  }

  #drop(pending: Pending, reason: QueueError): void {
    this.#waiting.delete(pending);
    pending.unwatch?.();
    this.#parts.room.give(1, pending.size);
    pending.reject(reason);
  }
}
