import { ObjectId } from 'bson';
import { isDocument } from './document.js';

/** MongoDB's names and numbers of the types, as `$type` takes them. */
export const typeNumbers = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

export type TypeName = keyof typeof typeNumbers;

const classes: Readonly<Record<string, TypeName>> = {
  Decimal128: 'decimal',
  Binary: 'binData',
  Timestamp: 'timestamp',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  Code: 'javascript',
  DBRef: 'object',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
};

const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

/** The type that a value has in BSON; a number without a fraction that fits is an int. */
export const typeOf = (value: unknown): TypeName => {
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'boolean') return 'bool';
  return typeOfObject(value);
};

const typeOfObject = (value: unknown): TypeName => {
  if (value instanceof ObjectId) return 'objectId';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isDocument(value)) return 'object';
  if (value instanceof Date) return 'date';
  if (typeof value === 'object' && '_bsontype' in value) return classes[String(value._bsontype)] ?? 'object';
  return 'object';
};

const ranks: Readonly<Record<TypeName, number>> = {
  minKey: 1,
  undefined: 2,
  null: 2,
  int: 3,
  long: 3,
  double: 3,
  decimal: 3,
  string: 4,
  symbol: 4,
  object: 5,
  array: 6,
  binData: 7,
  objectId: 8,
  bool: 9,
  date: 10,
  timestamp: 11,
  regex: 12,
  dbPointer: 13,
  javascript: 14,
  javascriptWithScope: 15,
  maxKey: 127,
};

/** Values of different types are ordered by the rank of the type; all numbers have one, null and missing too. */
export const rankOf = (value: unknown): number => ranks[typeOf(value)];

export const isNumeric = (value: unknown): boolean => rankOf(value) === ranks.int;
