/** MongoDB's own numbers. Drivers and Mongoose distinguish errors by them. */
const errorCodes = {
  BadValue: 2,
  UnknownError: 8,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  InvalidLength: 16,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  CommandNotFound: 59,
  InvalidIdField: 53,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  ConflictingOperationInProgress: 117,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  TransactionTooOld: 225,
  NotImplemented: 238,
  SnapshotUnavailable: 246,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
} as const;

/** MongoDB names an error that has no other name by its number. */
export type ErrorName = keyof typeof errorCodes | `Location${number}`;

const codeOf = (name: ErrorName): number => {
  const codes: Readonly<Record<string, number>> = errorCodes;
  return codes[name] ?? Number(name.slice('Location'.length));
};

/** An error as MongoDB answers it: a command that is refused, or one statement of a batch. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly codeName: ErrorName;
  readonly code: number;
  /** Further fields of the answer: `keyPattern`, `errorLabels` … */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(codeName: ErrorName, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.codeName = codeName;
    this.code = codeOf(codeName);
    this.extra = extra;
  }
}

/** Lets the driver run the whole transaction again. */
export const TRANSIENT = { errorLabels: ['TransientTransactionError'] } as const;
