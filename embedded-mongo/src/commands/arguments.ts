import { isDocument, type Document } from '../bson/document.js';
import { isNumeric, typeOf } from '../bson/type.js';
import { CommandError } from '../errors.js';

/** Every command may have them; here they have no effect, or are read where they have one. */
const GENERIC = [
  ...['$db', 'lsid', 'txnNumber', 'autocommit', 'startTransaction', 'readConcern', 'writeConcern', 'stmtId'],
  ...['$clusterTime', '$readPreference', 'maxTimeMS', 'comment', 'apiVersion', 'apiStrict', 'stmtIds'],
  ...['apiDeprecationErrors', '$audit', '$client', '$configServerState', 'mayBypassWriteBlocking'],
];

/** They influence how something is done, not what is done. */
const HINTS = ['hint', 'allowDiskUse', 'noCursorTimeout', 'allowPartialResults', 'bypassDocumentValidation'];

/** They would change the answer: refused, unless they have the default value. */
const UNSUPPORTED: Readonly<Record<string, (value: unknown) => boolean>> = {
  collation: (value) => isDocument(value) && (value.locale === 'simple' || value.locale === undefined),
  // Only expressions that are not supported could use them.
  let: (value) => isDocument(value) && Object.keys(value).length === 0,
};

const MAX_STATEMENTS = 100_000;

/** The fields of a command or of one of its statements. After the last known field was read, call `end`. */
export class Arguments {
  readonly #name: string;
  readonly #fields: Document;
  readonly #read = new Set<string>();

  constructor(name: string, fields: Document) {
    this.#name = name;
    this.#fields = fields;
    this.#read.add(name);
  }

  /** Any value; undefined: it is not there. */
  any(field: string): unknown {
    this.#read.add(field);
    return Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
  }

  has(field: string): boolean {
    return this.any(field) !== undefined;
  }

  #wrong(field: string, value: unknown, expected: string): CommandError {
    const path = `${this.#name}.${field}`;
    return value === undefined
      ? new CommandError('Location40414', `BSON field '${path}' is missing but a required field`)
      : new CommandError(
          'TypeMismatch',
          `BSON field '${path}' is the wrong type '${typeOf(value)}', expected type '${expected}'`,
        );
  }

  document(field: string, fallback?: Document): Document {
    const value = this.any(field) ?? fallback;
    if (isDocument(value)) return value;
    throw this.#wrong(field, value, 'object');
  }

  array(field: string, fallback?: readonly unknown[]): readonly unknown[] {
    const value = this.any(field) ?? fallback;
    if (Array.isArray(value)) return value;
    throw this.#wrong(field, value, 'array');
  }

  /** The statements of a write. */
  documents(field: string): readonly Document[] {
    const list = this.array(field);
    if (list.length === 0 || list.length > MAX_STATEMENTS) {
      throw new CommandError(
        'InvalidLength',
        `Write batch sizes must be between 1 and ${MAX_STATEMENTS}. Got ${list.length} operations.`,
      );
    }
    return list.map((value, at) => {
      if (isDocument(value)) return value;
      throw this.#wrong(`${field}.${at}`, value ?? null, 'object');
    });
  }

  string(field: string): string {
    const value = this.any(field);
    if (typeof value === 'string') return value;
    throw this.#wrong(field, value, 'string');
  }

  /** Numbers count as MongoDB counts them: 0 is false. */
  boolean(field: string, fallback: boolean): boolean {
    const value = this.any(field) ?? fallback;
    if (typeof value === 'boolean') return value;
    if (isNumeric(value)) return Number(value) !== 0;
    throw this.#wrong(field, value, 'bool');
  }

  integer(field: string, fallback: number): number {
    const value = this.any(field) ?? fallback;
    if (isNumeric(value) && Number.isFinite(Number(value))) return Math.trunc(Number(value));
    throw this.#wrong(field, value, 'long');
  }

  /** A count: not negative. */
  count(field: string, fallback: number): number {
    const value = this.integer(field, fallback);
    if (value >= 0) return value;
    throw new CommandError('BadValue', `BSON field '${field}' value must be >= 0, actual value '${value}'`);
  }

  /** @throws CommandError `Location40415`, `NotImplemented` for a field that was not read. */
  end(): void {
    for (const [field, value] of Object.entries(this.#fields)) {
      if (this.#read.has(field) || GENERIC.includes(field) || HINTS.includes(field)) continue;
      const harmless = UNSUPPORTED[field];
      if (harmless?.(value) === true) continue;
      if (harmless !== undefined) {
        throw new CommandError('NotImplemented', `${field} is not supported by embedded-mongo`);
      }
      throw new CommandError('Location40415', `BSON field '${this.#name}.${field}' is an unknown field.`);
    }
  }
}
