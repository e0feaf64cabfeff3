import { calculateObjectSize, deserialize, serialize } from 'bson';

/**
 * Immutable: a change makes another document, which shares what stayed the same. An int or
 * double is a number, a long a bigint, a regular expression a BSONRegExp; undefined is a missing field.
 */
export type Document = Readonly<Record<string, unknown>>;

/** Bytes of BSON. */
export const MAX_DOCUMENT = 16 * 1024 * 1024;

export const decode = (bytes: Uint8Array): Document =>
  deserialize(bytes, { useBigInt64: true, bsonRegExp: true });

export const encode = (document: Document): Uint8Array => serialize(document, { ignoreUndefined: true });

export const sizeOf = (document: Document): number =>
  calculateObjectSize(document, { ignoreUndefined: true });

export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A list of operators, `{ $gt: 1 }`, rather than a document to compare with. */
export const isOperators = (value: unknown): value is Document =>
  isDocument(value) && Object.keys(value)[0]?.startsWith('$') === true && !('$ref' in value);
