import { BSONRegExp, ObjectId } from 'bson';
import { CommandError } from '../errors.js';
import { isDocument, MAX_DOCUMENT, sizeOf, type Document } from './document.js';
import { checkIdFirst } from './field-order.js';

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
