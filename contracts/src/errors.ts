import type { apiCodes } from './api-codes.js';
import { printable } from './printable.js';
import { retryableApiCodes } from './retryable-api-codes.js';

/** The error codes of the queue, and whether the same request may succeed when it is sent again. */
export const queueCodes = {
  // What a publisher or consumer asked for is wrong: sending it again cannot help.
  request_invalid: false,
  queue_unknown: false,
  event_unknown: false,
  call_unknown: false,
  payload_invalid: false,
  schema_changes_value: false,
  message_invalid: false,
  message_too_large: false,
  frame_invalid: false,
  frame_too_large: false,
  subscription_exists: false,
  subscription_limit: false,
  subscription_unknown: false,
  lease_lost: false,
  group_unknown: false,
  group_limit: false,
  group_in_use: false,
  redrive_refused: false,
  message_cancelled: false,
  seq_conflict: false,
  contract_mismatch: false,
  contract_invalid: false,
  unauthorized: false,
  forbidden: false,
  host_refused: false,
  origin_refused: false,
  transport_unsupported: false,
  protocol_unsupported: false,

  // The server cannot do it at this moment: a client keeps the message and sends it again.
  auth_expired: true,
  auth_unavailable: true,
  draining: true,
  rate_limited: true,
  overloaded: true,
  group_conflict: true,
  storage_full: true,
  storage_unavailable: true,
  storage_failed: true,
  internal: true,
  no_responder: true,

  // Nobody knows the call any more: make it again with its input.
  call_gone: false,

  // The responder of a call is at fault: the same call fails again.
  call_failed: false,
  answer_invalid: false,

  // The client gave up by itself.
  outbox_full: true,
  outcome_unknown: true,
  aborted: true,
  handler_timeout: true,
  failure_undeclared: false,
  deadline_exceeded: false,
  server_untrusted: false,
  closed: false,

  // A server that cannot start.
  config_invalid: false,
  data_dir_in_use: false,
  journal_unsupported: false,

  // A backup that is restored.
  backup_invalid: false,
  data_dir_not_empty: false,
} as const satisfies Record<string, boolean>;

const retryableByCode: Readonly<Partial<Record<ApiErrorCode, boolean>>> = {
  ...queueCodes,
  ...retryableApiCodes,
};

/** The codes that a user of the queue may see. */
export type ErrorCode = keyof typeof queueCodes;

/** The codes that a user of the REST API may see. */
export type ApiErrorCode = ErrorCode | keyof typeof apiCodes;

/** An error as it is in answers on the wire, in problem documents and in logs. */
export interface ErrorBody<Code extends ApiErrorCode = ErrorCode> {
  readonly code: Code;
  readonly message: string;
  /**
   * What exactly was wrong, by code: `issues` of a payload, `ranges` of a lost lease … Without types: the server that
   * says it may be of any version, and have other queues.
   */
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
}

interface ErrorOptions<Code extends ApiErrorCode> {
  readonly details?: ErrorBody<Code>['details'] | undefined;
  readonly cause?: unknown;
  /** Only to keep what another version said of its error. Default: as the table has it. */
  readonly retryable?: boolean | undefined;
}

/** Messages quote what came from outside. That of a wrong configuration has a line for each problem. */
const safe = (code: ApiErrorCode, message: string): string =>
  code === 'config_invalid' ? message.split('\n').map(printable).join('\n') : printable(message);

/** An error with one of some codes. */
class CodedError<Code extends ApiErrorCode> extends Error implements ErrorBody<Code> {
  override readonly name = 'QueueError';
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;

  constructor(code: Code, message: string, options: ErrorOptions<Code> = {}) {
    super(safe(code, message), options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? retryableByCode[code] ?? false;
  }

  toJSON(): ErrorBody<Code> {
    return { code: this.code, message: this.message, details: this.details, retryable: this.retryable };
  }

  /**
   * An error read from the wire: its sender decides whether it is retryable. A code that this version does not know
   * becomes `internal`, with the code in front of the message.
   */
  static fromBody({ code, message, details, retryable }: ErrorBody): QueueError {
    return Object.hasOwn(queueCodes, code)
      ? new QueueError(code, message, { details, retryable })
      : new QueueError('internal', `${code}: ${message}`, { details, retryable });
  }
}

interface ErrorClass<Code extends ApiErrorCode> {
  new (code: Code, message: string, options?: ErrorOptions<Code>): CodedError<Code>;
  readonly prototype: CodedError<Code>;
  readonly fromBody: typeof CodedError.fromBody;
}

/** The one error class of the project. Test its `code`, never its message. */
export type QueueError = CodedError<ErrorCode>;
export const QueueError: ErrorClass<ErrorCode> = CodedError;

/** The same class, with the codes of the REST API as well. */
export type ApiError = CodedError<ApiErrorCode>;
export const ApiError: ErrorClass<ApiErrorCode> = CodedError;
