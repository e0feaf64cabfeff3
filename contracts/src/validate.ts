import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
import type { PayloadSchema } from './payload-schema.js';
import { valueChange } from './value-change.js';

/** One thing wrong with a payload. */
export interface Issue {
  /** Where, as in `document.tags.0`; empty: the payload as a whole. */
  readonly path: string;
  readonly message: string;
}

const pathOf = (issue: StandardSchemaV1.Issue): string =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

/**
 * What is wrong with a payload; undefined when it is valid.
 * @throws QueueError `contract_invalid` for a schema that validates asynchronously: a queue cannot wait for it (zod does when reading a payload throws);
 * `schema_changes_value` for a payload that is valid only after the schema changed it: consumers get it as published.
 */
export const findIssues = (schema: PayloadSchema, payload: unknown): readonly Issue[] | undefined => {
  const result = schema['~standard'].validate(payload);
  if (result instanceof Promise) {
    // An unhandled rejection would end the process.
    result.catch(() => undefined);
    const text = 'The schema must not validate asynchronously, and to read the value must not throw.';
    throw new QueueError('contract_invalid', text);
  }
  if (result.issues !== undefined) {
    return result.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }));
  }
  const change = valueChange(payload, result.value);
  if (change !== undefined) throw changesValue(change.join('.'));
  return undefined;
};

const changesValue = (path: string): QueueError =>
  new QueueError(
    'schema_changes_value',
    `The schema changes ${path === '' ? 'the payload' : `"${path}"`}, but consumers get payloads as they were published. ` +
      'Publish the changed value, or let the schema only check.',
    { details: { path } },
  );
