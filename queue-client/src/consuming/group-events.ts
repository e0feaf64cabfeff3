import { QueueError, type Range, type Reset } from '@typed-queue/contracts';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { ContractMismatch } from './contract-check.js';
import { DeadLetter } from './dead-letter.js';
import type { HandlerFailure } from './handlers.js';
import { mergeRanges } from './ranges.js';
import { RetryAfter } from './retry-after.js';

/** What the listeners of a client are told of one subscription. */
export class GroupEvents {
  readonly queue: string;
  readonly group: string;
  readonly #emitter: Emitter<ClientEvents>;

  constructor(emitter: Emitter<ClientEvents>, queue: string, group: string) {
    this.#emitter = emitter;
    this.queue = queue;
    this.group = group;
  }

  get #of() {
    return { queue: this.queue, group: this.group };
  }

  error(error: QueueError): void {
    this.#emitter.emit('error', { ...this.#of, error });
  }

  failed(failure: HandlerFailure): void {
    const { error, message, attempt } = failure;
    if (error instanceof RetryAfter) return;
    if (error instanceof ContractMismatch) {
      this.error(this.#mismatch(failure, error));
    } else if (error instanceof DeadLetter) {
      this.#emitter.emit('dead-letter', { ...this.#of, message, attempt, reason: error.reason });
    } else {
      this.#emitter.emit('handler:error', { ...this.#of, ...failure });
    }
  }

  leaseLost(token: number, ...lost: readonly (readonly Range[])[]): void {
    const ranges = mergeRanges(lost.flat());
    if (ranges.length > 0) this.#emitter.emit('lease:lost', { ...this.#of, token, ranges });
  }

  reset(reset: Reset): void {
    this.#emitter.emit('gap', { ...this.#of, ...reset });
  }

  #mismatch(
    { message: { seq, id, event } }: HandlerFailure,
    { issues, message, advice }: ContractMismatch,
  ): QueueError {
    const { queue, group } = this;
    const text =
      `Message ${seq} ("${event}") of "${queue}" does not match the contract of this client: ${message}. ${advice} ` +
      `Group "${group}" tries it again later, and gives it up after its last attempt.`;
    return new QueueError('contract_mismatch', text, { details: { queue, group, seq, id, issues } });
  }
}
