import { QueueError } from '@typed-queue/contracts';
import { Error as MongooseError, mongo } from 'mongoose';

const DUPLICATE_KEY = 11000;

/** Labels by which the driver says that the same may succeed when it is done again. */
const RETRYABLE = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError'];

/** The server cannot be reached, or did not answer in time. */
const UNREACHABLE = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoWriteConcernError,
];

/** The transaction conflicted with another one: the whole of it may be done again. */
export const isTransient = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError');

const isUnavailable = (error: unknown): boolean =>
  // Mongoose's own, while it connects.
  error instanceof MongooseError.MongooseServerSelectionError ||
  (error instanceof mongo.MongoError &&
    (UNREACHABLE.some((kind) => error instanceof kind) ||
      RETRYABLE.some((label) => error.hasErrorLabel(label))));

/** Says which field, never what the other document is. */
const duplicateKey = (cause: mongo.MongoServerError, name: string): QueueError => {
  // Safe: only keys are read, whatever the server sent.
  const [field = 'id'] = Object.keys((cause.keyPattern ?? {}) as object);
  return new QueueError('duplicate_key', `Another ${name} has the same ${field}.`, {
    details: { field },
    cause,
  });
};

const documentInvalid = (cause: MongooseError.ValidationError, name: string): QueueError => {
  const issues = Object.entries(cause.errors).map(([path, { message }]) => ({ path, message }));
  return new QueueError('document_invalid', `The ${name} does not fit its schema in the database.`, {
    details: { issues },
    cause,
  });
};

/** What failed in the database, in the project's words. `name` is the model's. */
export const queueErrorOf = (error: unknown, name: string): QueueError => {
  if (error instanceof QueueError) return error;
  if (error instanceof MongooseError.ValidationError) return documentInvalid(error, name);
  if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) {
    return duplicateKey(error, name);
  }
  if (isUnavailable(error)) {
    const text =
      'The database cannot be reached, or is too busy. Try again; whoever runs it finds more in the log.';
    return new QueueError('database_unavailable', text, { cause: error });
  }
  return new QueueError('internal', `The database failed on a ${name} in a way that it should not.`, {
    cause: error,
  });
};
