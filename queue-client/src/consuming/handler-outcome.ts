import { QueueError, type QueueDefinition } from '@typed-queue/contracts';
import { DeclaredFailure, declaredOutcome } from './declared-failure.js';
import { failureOf, type Failure } from './failure.js';
import type { HandlerFailure } from './handler-pool.js';

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
