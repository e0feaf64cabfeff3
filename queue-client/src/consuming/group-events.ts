import { QueueError, type Range, type Reset } from '@typed-queue/contracts';
import { DEFAULT_MAX_ATTEMPTS, mergeRanges } from '@typed-queue/contracts/wire';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { ContractMismatch } from '../messages/contract-check.js';
import { isFailure } from './failure.js';
import type { FailedDelivery, HandlerFailure } from './handler-outcome.js';
import type { SlowHandler } from './handler-pool.js';

interface Group {
  readonly queue: string;
  readonly group: string;
  /** From the group's settings. */
  readonly maxAttempts: number | undefined;
}

/** Emits the events of one subscription. */
export class GroupEvents {
  readonly queue: string;
  readonly group: string;
  readonly #emitter: Emitter<ClientEvents>;
  readonly #maxAttempts: number;

  constructor(emitter: Emitter<ClientEvents>, { queue, group, maxAttempts = DEFAULT_MAX_ATTEMPTS }: Group) {
    this.#emitter = emitter;
    this.#maxAttempts = maxAttempts;
    this.queue = queue;
    this.group = group;
  }

  get #of() {
    return { queue: this.queue, group: this.group };
  }

  error(error: QueueError): void {
    this.#emitter.emit('error', { ...this.#of, error });
  }

  failed({ outcome, ...failure }: FailedDelivery): void {
    const { error, message, attempt } = failure;
    if (error instanceof ContractMismatch) this.error(this.#mismatch(failure, error));
    else if (!isFailure(error)) this.#emitter.emit('handler:error', { ...this.#of, ...failure });
    const code = this.#letterCode(outcome, attempt);
    if (code === undefined) return;
    const { reason = '', failure: declared } = outcome;
    const data = declared?.data === undefined ? {} : { data: declared.data };
    this.#emitter.emit('dead-letter', { ...this.#of, message, attempt, code, reason, ...data });
  }

  /** Of the dead letter that the message becomes; undefined: it is delivered again. */
  #letterCode({ kind, failure }: FailedDelivery['outcome'], attempt: number): string | undefined {
    if (kind === 'dead-letter') return failure?.code ?? 'rejected';
    // The server counts the same failures by the same settings.
    return attempt >= this.#maxAttempts ? (failure?.code ?? 'attempts_exhausted') : undefined;
  }

  slow(slow: SlowHandler): void {
    this.#emitter.emit('handler:slow', { ...this.#of, ...slow });
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
      `Group "${group}" retries it until its last attempt.`;
    return new QueueError('contract_mismatch', text, { details: { queue, group, seq, id, issues } });
  }
}
