import type { AnyFailure, FailureDeclaration } from './failures.js';
import type { QueueDefinition } from './queue.js';
import { findIssues } from './validate.js';

interface Failed extends AnyFailure {
  /** Default: any. */
  readonly event?: string | undefined;
}

/** The declaration that a failure matches, and what comes with it. */
export const declarationOf = (
  { failures = [] }: Pick<QueueDefinition, 'failures'>,
  { event, code, data }: Failed,
): FailureDeclaration | undefined =>
  failures.find(
    (declared) =>
      declared.code === code && (event === undefined || declared.event === event) && matches(declared, data),
  );

const matches = ({ data: schema }: FailureDeclaration, data: unknown): boolean => {
  if (schema === undefined) return data === undefined;
  try {
    return findIssues(schema, data) === undefined;
  } catch {
    return false;
  }
};
