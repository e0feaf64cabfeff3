import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import {
  MAX_FRAMES_IN_FLIGHT,
  type Draft,
  type FrameReceipt,
  type Result,
} from '@typed-queue/contracts/wire';
import { onAbort } from '../abort-watch.js';
import { BackOff } from '../back-off.js';
import type { Answer, Requests } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import { totalSize } from './draft.js';
import type { OutboxQuota } from './outbox-quota.js';
import {
  abortedBefore,
  outcomeUnknown,
  reject,
  resolve,
  type Publication,
  type Waiter,
} from './publication.js';
import { QueuedFrame, type Batch, type PendingFrame } from './queued-frame.js';

interface OutboxDeps {
  readonly queue: string;
  /** Identifies this client to the server, so that a frame sent again is recognised. A UUID. */
  readonly producer: string;
  readonly server: Requests;
  readonly quota: OutboxQuota;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random'>;
}

/**
 * The messages of one queue without a receipt. Each is written at once into the newest queued frame, those of a batch into one of
 * their own, which is sent after the turn of the event loop. It is pending until an answer settles it, and is sent again with
 * the same bytes. The log keeps the order of publishing:
 * - `offline`: no connection. The next one sends all pending frames again, oldest first, then new ones.
 * - `open`: new frames are sent while fewer than the window are pending.
 * - `held-back`: the server refused a frame with a retryable error, and refuses all later ones until it comes again.
 *   After a delay it and all later ones are sent again; after `rate_limited` one at first, then more with each that
 *   is accepted.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #backOff: BackOff;
  readonly #queued = new Set<QueuedFrame>();
  #newest: QueuedFrame | undefined;
  readonly #pending: PendingFrame[] = [];
  /** The oldest pending frames that were sent since the outbox is open. */
  #inFlight = 0;
  #window = MAX_FRAMES_IN_FLIGHT;
  #nextNumber = 1;
  #state: 'offline' | 'open' | 'held-back' = 'offline';
  #flushing = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
  }

  /**
   * Adds one message, or all of a batch; the waiter is called for each.
   * @throws QueueError `outbox_full`
   */
  add(drafts: readonly Draft[], waiter: Waiter, batch?: Batch, signal?: AbortSignal): void {
    const size = totalSize(drafts);
    this.#deps.quota.reserve(drafts.length, size);
    let frame = this.#newest;
    if (batch !== undefined || frame?.hasRoom(size) !== true) {
      frame = this.#newest = new QueuedFrame(batch);
      this.#queued.add(frame);
    }
    for (const draft of drafts) frame.add(draft, waiter);
    if (signal !== undefined) this.#watch(frame, frame.publications.slice(-drafts.length), signal);
    this.#scheduleFlush();
  }

  online(): void {
    this.#state = 'open';
    this.#inFlight = 0;
    // Ignores answers to what was sent before.
    for (const frame of this.#pending) frame.attempt++;
    this.#fillWindow();
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  /** Rejects everything: queued messages with this reason, pending ones with `outcome_unknown`. */
  fail(reason: QueueError): void {
    this.offline();
    for (const frame of [...this.#pending]) {
      this.#remove(frame);
      reject(frame.publications, outcomeUnknown(reason));
    }
    for (const frame of this.#queued) this.#drop(frame, [...frame.publications], reason);
  }

  #unqueue(frame: QueuedFrame): void {
    this.#queued.delete(frame);
    if (frame === this.#newest) this.#newest = undefined;
  }

  #scheduleFlush(): void {
    if (this.#flushing || this.#state !== 'open' || this.#queued.size === 0) return;
    this.#flushing = true;
    this.#deps.runtime.defer(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const { producer } = this.#deps;
    for (const queued of this.#queued) {
      if (this.#state !== 'open' || this.#pending.length >= this.#window) return;
      this.#unqueue(queued);
      const frame = queued.finish({ producer, firstNumber: this.#nextNumber });
      this.#nextNumber += frame.publications.length;
      this.#pending.push(frame);
      this.#inFlight++;
      this.#send(frame);
    }
  }

  #fillWindow(): void {
    while (this.#state === 'open' && this.#inFlight < this.#window) {
      const frame = this.#pending[this.#inFlight];
      if (frame === undefined) break;
      this.#inFlight++;
      this.#send(frame);
    }
    this.#scheduleFlush();
  }

  #send(frame: PendingFrame): void {
    const attempt = ++frame.attempt;
    const { server, queue } = this.#deps;
    const { bytes, batch } = frame;
    const answer: Answer<FrameReceipt> = (result) => {
      if (attempt === frame.attempt) this.#answered(frame, result);
    };
    if (batch === undefined) server.send('publish:frame', queue, bytes, answer);
    else if (batch.expectedSeq === undefined) server.send('publish:batch:frame', queue, bytes, answer);
    else server.send('publish:expected:frame', queue, bytes, batch.expectedSeq, answer);
  }

  #answered(frame: PendingFrame, result: Result<FrameReceipt>): void {
    if (!result.ok && result.error.retryable) {
      if (this.#state === 'open') this.#holdBack(result.error);
      return;
    }
    this.#backOff.reset();
    this.#window = Math.min(2 * this.#window, MAX_FRAMES_IN_FLIGHT);
    this.#remove(frame);
    if (result.ok) resolve(frame.publications, result.value);
    else reject(frame.publications, QueueError.fromBody(result.error));
    this.#fillWindow();
  }

  #holdBack(error: ErrorBody): void {
    this.#state = 'held-back';
    if (error.code === 'rate_limited') this.#window = 1;
    this.#backOff.retry(() => this.online(), error);
  }

  #remove(frame: PendingFrame): void {
    frame.attempt++;
    const index = this.#pending.indexOf(frame);
    if (index < this.#inFlight) this.#inFlight--;
    this.#pending.splice(index, 1);
    this.#release(frame.publications);
  }

  #release(publications: readonly Publication[]): void {
    for (const { unwatch, size } of publications) {
      unwatch?.();
      this.#deps.quota.release(1, size);
    }
  }

  #watch(frame: QueuedFrame, publications: readonly Publication[], signal: AbortSignal): void {
    const unwatch = onAbort(signal, () => this.#abort(frame, publications, signal.reason));
    for (const publication of publications) publication.unwatch = unwatch;
  }

  #abort(frame: QueuedFrame, publications: readonly Publication[], cause: unknown): void {
    if (this.#queued.has(frame)) {
      this.#drop(frame, publications, abortedBefore(cause));
    } else {
      reject(publications, outcomeUnknown(cause));
    }
  }

  #drop(frame: QueuedFrame, publications: readonly Publication[], reason: QueueError): void {
    frame.remove(publications);
    if (frame.publications.length === 0) this.#unqueue(frame);
    this.#release(publications);
    reject(publications, reason);
  }
}
