import { apiErrors } from './api-errors.js';

/** What the error codes of the queue mean, and whether the same request may succeed when it is sent again. */
export const queueErrors = {
  // What a publisher or consumer asked for is wrong: sending it again cannot help.
  request_invalid: {
    retryable: false,
    meaning: 'a field of the request is missing or of the wrong type',
  },
  queue_unknown: { retryable: false, meaning: 'the contract has no queue of this name' },
  event_unknown: { retryable: false, meaning: 'the queue has no event of this name' },
  payload_invalid: { retryable: false, meaning: 'the payload does not match the schema of its event' },
  message_invalid: {
    retryable: false,
    meaning: 'a field of the message is unknown, missing or of the wrong type',
  },
  message_too_large: { retryable: false, meaning: 'the payload or the headers are over their limit' },
  frame_invalid: { retryable: false, meaning: 'the bytes are not an intact frame' },
  frame_too_large: { retryable: false, meaning: 'the frame is over its limit' },
  subscription_exists: {
    retryable: false,
    meaning: 'this connection already has a subscription of this name',
  },
  subscription_limit: {
    retryable: false,
    meaning: 'this connection has as many subscriptions as it may have',
  },
  subscription_unknown: { retryable: false, meaning: 'this connection has no subscription of this name' },
  lease_lost: {
    retryable: false,
    meaning: 'the lease ended before its outcome came; the message is delivered again',
  },
  group_unknown: { retryable: false, meaning: 'the queue has no group of this name' },
  group_limit: {
    retryable: false,
    meaning: 'the queue has as many groups as it may, or the connection or its principal made as many',
  },
  group_in_use: { retryable: false, meaning: 'the group has members' },
  redrive_refused: { retryable: false, meaning: 'the dead letter cannot go back to its group' },
  contract_mismatch: {
    retryable: false,
    meaning: 'a stored message does not match the schema that its event has here',
  },
  contract_invalid: {
    retryable: false,
    meaning: 'a queue or contract is declared in a way that cannot work',
  },
  unauthorized: {
    retryable: false,
    meaning: 'the client showed no token, or one that the server does not know',
  },
  forbidden: {
    retryable: false,
    meaning: 'the client has no right to do this; the details say to what',
  },
  host_refused: {
    retryable: false,
    meaning: 'the server was called by a name that it does not have: ALLOWED_HOSTS',
  },
  origin_refused: {
    retryable: false,
    meaning: 'pages of this origin may not use the server: CORS_ORIGINS',
  },
  transport_unsupported: { retryable: false, meaning: 'the server takes websocket only' },
  protocol_unsupported: {
    retryable: false,
    meaning: 'client and server have no protocol version in common, or its version lacks the request',
  },

  // The server cannot do it at this moment: a client keeps the message and sends it again.
  auth_expired: { retryable: true, meaning: 'the token has expired; a new one is asked for' },
  auth_unavailable: {
    retryable: true,
    meaning: 'the server cannot verify tokens at this moment: the keys of their issuer cannot be fetched',
  },
  draining: { retryable: true, meaning: 'the server is shutting down' },
  rate_limited: {
    retryable: true,
    meaning: 'the client sends more than it may; `details.retryAfterMs` says how long to wait',
  },
  overloaded: { retryable: true, meaning: 'too much waits for the server already' },
  group_conflict: {
    retryable: true,
    meaning: 'members of the group are there with other settings; when they are gone it may be joined',
  },
  storage_full: { retryable: true, meaning: 'the disk of the server is full' },
  storage_unavailable: {
    retryable: true,
    meaning: 'the server lacks file descriptors or memory for its files, and retries',
  },
  storage_failed: {
    retryable: true,
    meaning: 'the disk of the server failed; nothing is stored until it is restarted',
  },
  internal: {
    retryable: true,
    meaning: 'the server failed in a way that it should not have; its log says more',
  },

  // The client gave up by itself.
  outbox_full: { retryable: true, meaning: 'too much waits in the client for its server' },
  outcome_unknown: {
    retryable: true,
    meaning: 'it was sent, but nobody waited for the receipt; it may be stored',
  },
  aborted: { retryable: true, meaning: 'the caller gave up before it was sent' },
  handler_timeout: { retryable: true, meaning: 'a handler took longer than its subscription allows' },
  server_untrusted: {
    retryable: false,
    meaning: 'the TLS certificate of the server is not trusted, or does not fit its address',
  },
  closed: { retryable: false, meaning: 'the client is closed' },

  // A server that cannot start.
  config_invalid: { retryable: false, meaning: 'the environment or command line has a wrong value' },
  data_dir_in_use: { retryable: false, meaning: 'another server owns the data directory' },
  journal_unsupported: {
    retryable: false,
    meaning: 'the journal was written by another version or is no journal',
  },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

/** Every error code there is. */
export const errorTable = { ...queueErrors, ...apiErrors };

/** The codes that a user of the queue may see. */
export type ErrorCode = keyof typeof queueErrors;

/** The codes that a user of the REST API may see. */
export type ApiErrorCode = keyof typeof errorTable;

/** An error as it is in answers on the wire, in problem documents and in logs. */
export interface ErrorBody<Code extends ApiErrorCode = ErrorCode> {
  readonly code: Code;
  readonly message: string;
  /** What exactly was wrong, by code: `issues` of a payload, `ranges` of a lost lease … */
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
}

interface ErrorOptions<Code extends ApiErrorCode> {
  readonly details?: ErrorBody<Code>['details'] | undefined;
  readonly cause?: unknown;
  /** Only to keep what another version said of its error. Default: as the table has it. */
  readonly retryable?: boolean | undefined;
}

/** An error with one of some codes. */
class CodedError<Code extends ApiErrorCode> extends Error implements ErrorBody<Code> {
  override readonly name = 'QueueError';
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;

  constructor(code: Code, message: string, options: ErrorOptions<Code> = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? errorTable[code].retryable;
  }

  toJSON(): ErrorBody<Code> {
    return { code: this.code, message: this.message, details: this.details, retryable: this.retryable };
  }

  /**
   * An error read from the wire: its sender decides whether it is retryable. A code that this version does not know
   * becomes `internal`, with the code in front of the message.
   */
  static fromBody({ code, message, details, retryable }: ErrorBody): QueueError {
    return Object.hasOwn(errorTable, code)
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
