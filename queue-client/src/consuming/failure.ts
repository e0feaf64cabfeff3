import { QueueError } from '@typed-queue/contracts';
import { MAX_RETRY_DELAY_MS, type Outcome } from '@typed-queue/contracts/wire';
import { DeclaredFailure } from '../failures/declared-failure.js';
import { reasonOf } from '../failures/reason.js';
import { ContractMismatch } from '../messages/contract-check.js';

/**
 * Thrown by a handler: the message can never be handled. It goes to the group's dead letters at once, with this
 * reason, and later messages go on.
 */
export class DeadLetter extends Error {
  override readonly name = 'DeadLetter';
  readonly reason: string;

  /** `options.cause`: the underlying error. */
  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(reason, options);
    this.reason = reason;
  }
}

/** Thrown by a handler: the message is delivered again after this delay, whatever the group's back-off says. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  readonly delayMs: number;

  /** @throws QueueError `request_invalid` for a delay that is no number from 0 to a year, in milliseconds. */
  constructor(delayMs: number, reason = `again after ${delayMs} ms`) {
    super(reason);
    if (!(delayMs >= 0 && delayMs <= MAX_RETRY_DELAY_MS)) {
      const text = `RetryAfter takes milliseconds, 0 to ${MAX_RETRY_DELAY_MS} (a year), not ${delayMs}.`;
      throw new QueueError('request_invalid', text, { details: { delayMs } });
    }
    this.delayMs = Math.ceil(delayMs);
  }
}

/** Whether a value says how a message failed: made to be thrown, and as good as thrown when it is returned. */
export const isFailure = (value: unknown): value is DeclaredFailure | DeadLetter | RetryAfter =>
  value instanceof DeclaredFailure || value instanceof DeadLetter || value instanceof RetryAfter;

/** The outcome of a message whose handler threw. */
export type Failure = Extract<Outcome, { kind: 'retry' | 'dead-letter' }>;

/** The outcome of an error that a handler threw, unless the contract declares what it means. */
export const failureOf = (error: unknown): Failure => {
  const reason = reasonOf(error);
  if (error instanceof RetryAfter) return { kind: 'retry', delayMs: error.delayMs, reason };
  if (error instanceof DeadLetter) return { kind: 'dead-letter', reason };
  if (error instanceof ContractMismatch) return { kind: 'retry', code: 'contract_mismatch', reason };
  return { kind: 'retry', reason };
};

/** Whether two failures fit one settlement. Those with data have one each. */
export const sameFailure = (a: Failure, b: Failure): boolean => {
  if (a.reason !== b.reason || a.code !== b.code || a.failure?.code !== b.failure?.code) return false;
  if (a.failure?.data !== undefined || b.failure?.data !== undefined) return false;
  return a.kind === 'retry' ? b.kind === 'retry' && a.delayMs === b.delayMs : b.kind === 'dead-letter';
};
