import { BSONRegExp, calculateObjectSize, deserialize, ObjectId, serialize } from 'bson';
import { CommandError } from '../errors.js';
import { checkIdFirst } from './field-order.js';

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

/** The same document with its `_id` in front; one without gets a new one. */
export const withId = (document: Document): Document => {
  if (document._id === undefined) return { _id: new ObjectId(), ...document };
  return Object.keys(document)[0] === '_id' ? document : { _id: document._id, ...document };
};

/** @throws CommandError when it cannot be stored. */
export const checkStorable = (document: Document): void => {
  checkIdFirst(document);
  const { _id } = document;
  if (Array.isArray(_id) || _id instanceof BSONRegExp) {
    const type = Array.isArray(_id) ? 'array' : 'regex';
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  const dollar = isDocument(_id) ? Object.keys(_id).find((name) => name.startsWith('$')) : undefined;
  if (dollar !== undefined) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    );
  }
  const size = sizeOf(document);
  if (size > MAX_DOCUMENT) {
    throw new CommandError(
      'BSONObjectTooLarge',
      `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT}(16MB)`,
    );
  }
};
