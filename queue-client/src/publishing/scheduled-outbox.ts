import { QueueError, type ErrorBody, type Headers, type ScheduledReceipt } from '@typed-queue/contracts';
import type { Draft, Result, ScheduledTime } from '@typed-queue/contracts/wire';
import { onAbort } from '../abort-watch.js';
import { BackOff } from '../back-off.js';
import type { Requests } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import { sizeOf } from './draft.js';
import type { OutboxQuota } from './outbox-quota.js';
import { abortedBefore, outcomeUnknown } from './publication.js';

interface ScheduledOutboxDeps {
  readonly queue: string;
  readonly server: Requests;
  readonly quota: OutboxQuota;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
}

/** A message for later. */
export interface MessageForLater {
  readonly draft: Draft;
  /** As it is now. */
  readonly time: () => ScheduledTime;
  readonly signal: AbortSignal | undefined;
}

interface Waiter {
  readonly resolve: (receipt: ScheduledReceipt) => void;
  readonly reject: (error: QueueError) => void;
}

/** One without a receipt. */
interface Unconfirmed extends Waiter {
  readonly message: MessageForLater;
  /** Counts how often it was sent: only the answer to the last time counts. */
  attempt: number;
  isPending: boolean;
  unwatch: () => void;
}

/** Requests without an answer at a time: below the server's limit for a connection, so that other requests have room. */
const MAX_IN_FLIGHT = 256;

/**
 * The messages of one queue that are published later, until the server has stored them. They are sent in their order, one
 * by one, and again on the next connection, or after a delay when the server refuses one for now.
 */
export class ScheduledOutbox {
  readonly #deps: ScheduledOutboxDeps;
  readonly #backOff: BackOff;
  readonly #unconfirmed = new Set<Unconfirmed>();
  #inFlight = 0;
  #window = MAX_IN_FLIGHT;
  #state: 'offline' | 'open' | 'held-back' = 'offline';

  constructor(deps: ScheduledOutboxDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
  }

  /** @throws QueueError `outbox_full` */
  add(message: MessageForLater, { resolve, reject }: Waiter): void {
    this.#deps.quota.reserve(1, sizeOf(message.draft));
    const one: Unconfirmed = {
      message,
      resolve,
      reject,
      attempt: 0,
      isPending: false,
      unwatch: onAbort(message.signal, () => this.#abort(one)),
    };
    this.#unconfirmed.add(one);
    this.#fillWindow();
  }

  online(): void {
    this.#state = 'open';
    this.#inFlight = 0;
    for (const one of this.#unconfirmed) one.isPending = false;
    this.#fillWindow();
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  /** Rejects everything: what was sent with `outcome_unknown`, and the rest with this reason. */
  fail(reason: QueueError): void {
    this.offline();
    for (const one of this.#unconfirmed) this.#reject(one, wasSent(one) ? outcomeUnknown(reason) : reason);
  }

  #fillWindow(): void {
    if (this.#state !== 'open' || this.#inFlight >= this.#window) return;
    for (const one of this.#unconfirmed) {
      if (!one.isPending) this.#send(one);
      if (this.#inFlight >= this.#window) return;
    }
  }

  #send(one: Unconfirmed): void {
    const attempt = ++one.attempt;
    one.isPending = true;
    this.#inFlight++;
    const { server, queue } = this.#deps;
    server.send('schedule', queue, requestOf(one.message), (result) => {
      if (attempt === one.attempt && one.isPending) this.#answered(one, result);
    });
  }

  #answered(one: Unconfirmed, result: Result<ScheduledReceipt>): void {
    one.isPending = false;
    this.#inFlight--;
    if (!result.ok && result.error.retryable) {
      if (this.#state === 'open') this.#holdBack(result.error);
      return;
    }
    this.#backOff.reset();
    this.#window = Math.min(2 * this.#window, MAX_IN_FLIGHT);
    if (result.ok) {
      this.#remove(one);
      one.resolve(result.value);
    } else {
      this.#reject(one, QueueError.fromBody(result.error));
    }
    this.#fillWindow();
  }

  #holdBack(error: ErrorBody): void {
    this.#state = 'held-back';
    if (error.code === 'rate_limited') this.#window = 1;
    this.#backOff.retry(() => {
      this.#state = 'open';
      this.#fillWindow();
    }, error);
  }

  #abort(one: Unconfirmed): void {
    const cause: unknown = one.message.signal?.reason;
    this.#reject(one, wasSent(one) ? outcomeUnknown(cause) : abortedBefore(cause));
    this.#fillWindow();
  }

  #reject(one: Unconfirmed, error: QueueError): void {
    if (one.isPending) this.#inFlight--;
    one.isPending = false;
    this.#remove(one);
    one.reject(error);
  }

  #remove(one: Unconfirmed): void {
    one.unwatch();
    this.#unconfirmed.delete(one);
    this.#deps.quota.release(1, sizeOf(one.message.draft));
  }
}

const wasSent = ({ attempt }: Unconfirmed): boolean => attempt > 0;

/** Made of the texts of the draft: the publisher may have changed its objects since. */
const requestOf = ({ draft, time }: MessageForLater) => {
  const { id, event, payload, headers } = draft;
  // Safe: the text of headers that were checked.
  const texts = headers === undefined ? undefined : (JSON.parse(headers) as Headers);
  return { id, event, payload: JSON.parse(payload) as unknown, headers: texts, ...time() };
};
