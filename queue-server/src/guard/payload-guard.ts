import {
  findIssues,
  MAX_PAYLOAD_DEPTH,
  QueueError,
  type Issue,
  type PayloadSchema,
} from '@typed-queue/contracts';
import type { PayloadScan } from '@typed-queue/contracts/compatibility';

const ISSUES_SHOWN = 3;
const ISSUES_KEPT = 100;

/** What the payload of a message must be. */
export interface PayloadRule {
  readonly queue: string;
  /** Or the call. */
  readonly event: string;
  readonly schema: PayloadSchema;
  /** Of a call. */
  readonly part?: 'input' | 'output' | undefined;
  /** Undefined for a schema that only its library can decide. */
  readonly scan?: PayloadScan | undefined;
}

/** @throws QueueError `payload_invalid`, `schema_changes_value` */
export const checkPayload = (payload: unknown, rule: PayloadRule): void => {
  const issues = issuesOf(payload, rule);
  if (issues === undefined) return;
  const { queue, event, part = 'payload' } = rule;
  const shown = issues
    .slice(0, ISSUES_SHOWN)
    .map(({ path, message }) => (path ? `${path}: ${message}` : message));
  throw new QueueError(
    'payload_invalid',
    `The ${part} of "${event}" in queue "${queue}" does not match its schema. ${shown.join('; ')}.`,
    { details: { ...placeOf(rule), issues: issues.slice(0, ISSUES_KEPT) } },
  );
};

/** For details: an event or a call of a queue. */
const placeOf = ({ queue, event, part }: PayloadRule) =>
  part === undefined ? { queue, event } : { queue, call: event };

const issuesOf = (payload: unknown, rule: PayloadRule): readonly Issue[] | undefined => {
  if (payload === undefined) return [{ path: '', message: 'it is missing' }];
  const unfit = findUnfit(payload);
  if (unfit !== undefined) return [{ path: '', message: unfit }];
  try {
    return findIssues(rule.schema, payload);
  } catch (error) {
    throw schemaFault(error, rule);
  }
};

/** The schema is at fault, not the payload: never retryable, since a resend fails in the same way. */
const schemaFault = (error: unknown, rule: PayloadRule): QueueError => {
  const of = `"${rule.event}" in queue "${rule.queue}"`;
  return error instanceof QueueError
    ? new QueueError(error.code, `${of}: ${error.message}`, {
        details: { ...error.details, ...placeOf(rule) },
      })
    : new QueueError('contract_invalid', `The schema of ${of} fails instead of validating.`, {
        cause: error,
      });
};

/** Why a value can be no JSON that is stored: Socket.IO also carries bytes, and any depth. */
export const findUnfit = (value: unknown, levels: number = MAX_PAYLOAD_DEPTH): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'it holds bytes, which JSON cannot';
  if (levels === 0) return `it is nested deeper than ${MAX_PAYLOAD_DEPTH} levels`;
  // Safe: any object can be read by its own keys.
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const unfit = findUnfit(fields[key], levels - 1);
    if (unfit !== undefined) return unfit;
  }
  return undefined;
};
