/** MongoDB's own numbers. Drivers and Mongoose tell errors apart by them. */
export const errorCodes = {
  BadValue: 2,
  UnknownError: 8,
  FailedToParse: 9,
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
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  InvalidPipelineOperator: 168,
  InvalidIndexSpecificationOption: 197,
  TransactionTooOld: 225,
  NotImplemented: 238,
  SnapshotUnavailable: 246,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  NoQueryExecutionPlans: 291,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  Location15947: 15947,
  Location15952: 15952,
  Location15955: 15955,
  Location15956: 15956,
  Location15958: 15958,
  Location15976: 15976,
  Location15981: 15981,
  Location16410: 16410,
  Location17276: 17276,
  Location28809: 28809,
  Location28810: 28810,
  Location28811: 28811,
  Location28818: 28818,
  Location31002: 31002,
  Location31249: 31249,
  Location31253: 31253,
  Location31254: 31254,
  Location40156: 40156,
  Location40158: 40158,
  Location40160: 40160,
  Location40234: 40234,
  Location40235: 40235,
  Location40238: 40238,
  Location40272: 40272,
  Location40323: 40323,
  Location40324: 40324,
  Location40353: 40353,
  Location40414: 40414,
  Location40415: 40415,
  Location51091: 51091,
  Location51272: 51272,
} as const;

export type ErrorName = keyof typeof errorCodes;

/** An error as MongoDB answers it: a command that is refused, or one statement of a batch. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly codeName: ErrorName;
  readonly code: number;
  /** What stands beside the code in the answer: `keyPattern`, `errorLabels` … */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(codeName: ErrorName, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.codeName = codeName;
    this.code = errorCodes[codeName];
    this.extra = extra;
  }
}

/** Tells the driver that the whole transaction may succeed when it is run again. */
export const TRANSIENT = { errorLabels: ['TransientTransactionError'] } as const;
