import type { Outcome } from '@typed-queue/contracts/wire';
import { ContractMismatch } from './contract-check.js';
import { DeadLetter } from './dead-letter.js';
import { RetryAfter } from './retry-after.js';

/** What the server is told of a message whose handler threw. */
export type Failure = Extract<Outcome, { kind: 'retry' | 'dead-letter' }>;

/** A reason is for people: what is longer is cut. */
const MAX_REASON = 200;

/** The text of whatever was thrown: handlers throw odd things, and asking them for a text may throw again. */
const textOf = (error: unknown): string => {
  try {
    const text: unknown = error instanceof Error ? error.message : String(error);
    return typeof text === 'string' ? text.slice(0, MAX_REASON) : '';
  } catch {
    return '';
  }
};

/** What an error thrown by a handler says of its message. */
export const failureOf = (error: unknown): Failure => {
  const reason = textOf(error);
  if (error instanceof RetryAfter) return { kind: 'retry', delayMs: error.delayMs, reason };
  if (error instanceof DeadLetter) return { kind: 'dead-letter', reason };
  if (error instanceof ContractMismatch) return { kind: 'retry', code: 'contract_mismatch', reason };
  return { kind: 'retry', reason };
};

/** Whether both can be told as one. */
export const sameFailure = (a: Failure, b: Failure): boolean => {
  if (a.reason !== b.reason || a.code !== b.code) return false;
  return a.kind === 'retry' ? b.kind === 'retry' && a.delayMs === b.delayMs : b.kind === 'dead-letter';
};
