import { BSONRegExp } from 'bson';
import { isDocument, isOperators, type Document } from '../bson/document.js';
import { isNumeric } from '../bson/type.js';
import { CommandError } from '../errors.js';

/** An index as `createIndexes` takes and `listIndexes` returns it. */
export interface IndexSpec {
  readonly v: 2;
  readonly key: Document;
  readonly name: string;
  readonly unique?: true;
  readonly sparse?: true;
  readonly partialFilterExpression?: Document;
  readonly expireAfterSeconds?: number;
}

export const ID_INDEX: IndexSpec = { v: 2, key: { _id: 1 }, name: '_id_' };

const checkKey = (key: unknown): Document => {
  if (!isDocument(key) || Object.keys(key).length === 0) {
    throw new CommandError('CannotCreateIndex', 'Index keys cannot be an empty object.');
  }
  for (const [field, direction] of Object.entries(key)) {
    if (field.includes('$**') || !isNumeric(direction)) {
      throw new CommandError(
        'CannotCreateIndex',
        `an index of the kind ${JSON.stringify({ [field]: String(direction) })} is not supported by embedded-mongo`,
      );
    }
    if (Number(direction) === 0) {
      throw new CommandError('CannotCreateIndex', 'Values in the index key pattern cannot be 0.');
    }
  }
  return key;
};

const COMPARISONS = ['$eq', '$gt', '$gte', '$lt', '$lte', '$type'];

const isPartial = (condition: unknown): boolean =>
  isOperators(condition)
    ? Object.entries(condition).every(([name, operand]) =>
        name === '$exists'
          ? isOn(name, operand)
          : COMPARISONS.includes(name) && !(operand instanceof BSONRegExp),
      )
    : !(condition instanceof BSONRegExp);

/** The filters of partial indexes have only comparisons, `$exists: true` and `$and`. */
const checkPartial = (filter: unknown): Document => {
  if (!isDocument(filter)) {
    throw new CommandError('TypeMismatch', "The field 'partialFilterExpression' must be an object");
  }
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) operand.forEach(checkPartial);
    else if (name.startsWith('$') || !isPartial(operand)) {
      throw new CommandError(
        'CannotCreateIndex',
        `Expression not supported in partial index: the condition of ${name}`,
      );
    }
  }
  return filter;
};

/** They have no effect here, or say what holds anyway. */
const IGNORED = ['v', 'background', 'ns', 'hidden'];
const KNOWN = ['key', 'name', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'];

const nameOf = (key: Document): string =>
  Object.entries(key)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_');

/** @throws CommandError for an index that is wrong or not supported */
export const parseIndexSpec = (spec: unknown): IndexSpec => {
  if (!isDocument(spec)) {
    throw new CommandError('TypeMismatch', 'Each element of createIndexes.indexes must be an object');
  }
  const unknown = Object.keys(spec).find((name) => ![...KNOWN, ...IGNORED].includes(name));
  if (unknown === 'collation') {
    throw new CommandError('NotImplemented', 'a collation is not supported by embedded-mongo');
  }
  if (unknown !== undefined) {
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      `The field '${unknown}' is not valid for an index specification`,
    );
  }
  return known(spec);
};

const known = (spec: Document): IndexSpec => {
  const { key, name, unique, sparse, partialFilterExpression: partial, expireAfterSeconds: seconds } = spec;
  if (seconds !== undefined && !(isNumeric(seconds) && Number(seconds) >= 0)) {
    throw new CommandError(
      'CannotCreateIndex',
      "TTL index 'expireAfterSeconds' must be a number of at least 0",
    );
  }
  if (isOn('sparse', sparse) && partial !== undefined) {
    throw new CommandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  return {
    v: 2,
    key: checkKey(key),
    name: typeof name === 'string' ? name : nameOf(checkKey(key)),
    ...(isOn('unique', unique) && { unique: true }),
    ...(isOn('sparse', sparse) && { sparse: true }),
    ...(partial !== undefined && { partialFilterExpression: checkPartial(partial) }),
    ...(seconds !== undefined && { expireAfterSeconds: Number(seconds) }),
  };
};

const isOn = (option: string, value: unknown): boolean => {
  if (value === undefined || typeof value === 'boolean') return value === true;
  if (isNumeric(value)) return Number(value) !== 0;
  throw new CommandError('TypeMismatch', `The field '${option}' is not convertible to bool`);
};
