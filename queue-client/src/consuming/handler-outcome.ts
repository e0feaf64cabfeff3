import { QueueError, type AnyMessage, type QueueDefinition } from '@typed-queue/contracts';
import { retryDelay } from '@typed-queue/contracts/wire';
import { DeclaredFailure } from '../failures/declared-failure.js';
import { checkedFailure } from '../failures/failure-check.js';
import { failureOf, type Failure } from './failure.js';

/** A handler threw. */
export interface HandlerFailure {
  readonly message: AnyMessage;
  readonly attempt: number;
  readonly error: unknown;
}

/** What became of a message whose handler threw. */
export interface FailedDelivery extends HandlerFailure {
  readonly outcome: Failure;
}

/** The outcome of a message whose handler threw. A failure that is not declared is an error, and the message is retried. */
export const failedDelivery = (
  queue: QueueDefinition,
  failure: HandlerFailure,
  random: () => number,
): FailedDelivery => {
  const { error } = failure;
  if (!(error instanceof DeclaredFailure)) return { ...failure, outcome: failureOf(error) };
  try {
    return { ...failure, outcome: declaredOutcome(queue, { ...failure, error }, random) };
  } catch (undeclared) {
    if (!(undeclared instanceof QueueError)) throw undeclared;
    return { ...failure, error: undeclared, outcome: failureOf(undeclared) };
  }
};

interface DeclaredDelivery extends HandlerFailure {
  readonly error: DeclaredFailure;
}

/** The outcome of a message that failed in a declared way. @throws QueueError `failure_undeclared` */
const declaredOutcome = (
  queue: QueueDefinition,
  { message: { event }, attempt, error }: DeclaredDelivery,
  random: () => number,
): Failure => {
  const { declared, ...failed } = checkedFailure(queue, event, error);
  const { retry, retryDelaysMs } = declared;
  if (!retry) return { kind: 'dead-letter', ...failed };
  const delayMs = retryDelaysMs && retryDelay(retryDelaysMs, attempt, random);
  return { kind: 'retry', ...failed, ...(delayMs !== undefined && { delayMs }) };
};
