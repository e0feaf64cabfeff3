import { DEFAULT_MAX_ATTEMPTS, type CallEnd, type Outcome } from '@typed-queue/contracts/wire';

/** What follows an attempt of a durable call. `outcome`: of its request, in the group that hands out requests. */
export type NextStep =
  /** Its caller gets the result. */
  | { readonly kind: 'answer'; readonly outcome: Outcome }
  /** It is handed out again. */
  | { readonly kind: 'again'; readonly outcome: Outcome };

export interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Of the caller's time, in milliseconds. */
  readonly remainingMs: number;
  /** How long to wait before the next attempt, by the declared failure, or undefined after another one; undefined: never. */
  readonly delayMs: (code: string | undefined, attempt: number) => number | undefined;
}

/** The responder did not do it for reasons that may pass. */
const PASSING: readonly string[] = ['outcome_unknown', 'call_failed', 'answer_invalid'];

export const nextStep = (result: CallEnd, attempt: Attempt): NextStep => {
  switch (result.kind) {
    case 'output':
      return { kind: 'answer', outcome: { kind: 'ack' } };
    case 'failure': {
      const { failure, reason } = result;
      return afterFailure(attempt, { reason, failure }, failure.code);
    }
    case 'error': {
      const { code, message: reason } = result.error;
      if (code === 'draining') return { kind: 'again', outcome: { kind: 'release' } };
      if (PASSING.includes(code)) return afterFailure(attempt, { reason }, undefined);
      return { kind: 'answer', outcome: { kind: 'ack' } };
    }
    default:
      return result satisfies never;
  }
};

type Failed = Pick<Outcome & { readonly kind: 'retry' }, 'reason' | 'failure'>;

/** A failure that is final by its declaration is an answer; one that was retried in vain is a dead letter as well. */
const afterFailure = (
  { attempt, remainingMs, delayMs }: Attempt,
  failed: Failed,
  code: string | undefined,
): NextStep => {
  const delay = delayMs(code, attempt);
  if (delay === undefined) return { kind: 'answer', outcome: { kind: 'ack' } };
  if (attempt < DEFAULT_MAX_ATTEMPTS && delay < remainingMs) {
    return { kind: 'again', outcome: { kind: 'retry', delayMs: delay, ...failed } };
  }
  return { kind: 'answer', outcome: { kind: 'dead-letter', ...failed } };
};
