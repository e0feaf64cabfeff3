import { ApiError } from '@typed-queue/contracts';
import { Error as MongooseError, mongo } from 'mongoose';

const DUPLICATE_KEY = 11000;

/** Labels by which the driver says that the same may succeed when it is done again. */
const RETRYABLE = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError'];

/** The server cannot be reached, did not answer in time, or the client was closed. */
const UNREACHABLE = [
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoWriteConcernError,
];

/** Codes of Node's socket errors: `ECONNRESET`, `EPIPE`, `ERR_STREAM_DESTROYED`, `ERR_SSL_…` */
const SOCKET_CODE = /^(E(?!RR_)[A-Z0-9_]+|ERR_(STREAM|SOCKET|SSL|TLS)_\w+)$/;

/** The driver passes the errors of a socket that closes while it is written to on as they are. */
const isSocketError = (error: object): boolean =>
  'code' in error && typeof error.code === 'string' && SOCKET_CODE.test(error.code);

/** Nobody answered within the patience, whatever the last connection failed with. */
const isSelectionFailure = (error: unknown): boolean =>
  error instanceof mongo.MongoServerSelectionError ||
  error instanceof MongooseError.MongooseServerSelectionError;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What an error wraps. An error of several writes has its cause in `errorResponse`. */
const causeOf = (error: object): unknown => {
  if (error instanceof mongo.MongoBulkWriteError) return error.errorResponse;
  return 'cause' in error ? error.cause : undefined;
};

/** An error and its causes, down to a selection that failed. */
const causesOf = (error: unknown): readonly object[] => {
  const causes = new Set<object>();
  for (let next = error; isObject(next) && !causes.has(next);) {
    causes.add(next);
    next = isSelectionFailure(next) ? undefined : causeOf(next);
  }
  return [...causes];
};

const isFailedConnection = (error: object): boolean =>
  error instanceof mongo.MongoNetworkError ||
  (error instanceof mongo.MongoError && error.hasErrorLabel('PoolRequestedRetry')) ||
  isSocketError(error);

/** The connection failed under a command, or before it was sent (`PoolRequestedRetry`): another one may do. */
export const isConnectionFailure = (error: unknown): boolean => causesOf(error).some(isFailedConnection);

/** The transaction conflicted with another one: the whole of it may be done again. */
export const isTransient = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError');

const isUnavailable = (error: unknown): boolean =>
  isConnectionFailure(error) ||
  causesOf(error).some(
    (cause) =>
      isSelectionFailure(cause) ||
      UNREACHABLE.some((kind) => cause instanceof kind) ||
      (cause instanceof mongo.MongoError && RETRYABLE.some((label) => cause.hasErrorLabel(label))),
  );

/** Says which field, if the server does, never what the other document is. */
const duplicateKey = (cause: mongo.MongoServerError, name: string): ApiError => {
  // Safe: only keys are read, whatever the server sent.
  const [path] = Object.keys((cause.keyPattern ?? {}) as object);
  const field = path === '_id' ? 'id' : path;
  const text =
    field === undefined
      ? `Another ${name} has the same value in a field that must be unique; the database does not say in which.`
      : `Another ${name} has the same ${field}.`;
  return new ApiError('duplicate_key', text, { details: field === undefined ? {} : { field }, cause });
};

const documentInvalid = (cause: MongooseError.ValidationError, name: string): ApiError => {
  const issues = Object.entries(cause.errors).map(([path, { message }]) => ({ path, message }));
  return new ApiError('document_invalid', `The ${name} does not fit its schema in the database.`, {
    details: { issues },
    cause,
  });
};

export const unavailable = (cause: unknown): ApiError => {
  const text =
    'The database cannot be reached, or is too busy. Try again; its operator finds more in the log.';
  return new ApiError('database_unavailable', text, { cause });
};

/** What failed in the database, in the project's words. `name` is the model's. */
export const apiErrorOf = (error: unknown, name: string): ApiError => {
  if (error instanceof ApiError) return error;
  if (error instanceof MongooseError.ValidationError) return documentInvalid(error, name);
  if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) {
    return duplicateKey(error, name);
  }
  if (isUnavailable(error)) return unavailable(error);
  return new ApiError('internal', `The database failed on a ${name} in a way that it should not.`, {
    cause: error,
  });
};
