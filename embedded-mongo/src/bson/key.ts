import { Binary, ObjectId, Timestamp } from 'bson';
import { numberKey, type Numeric } from './number.js';
import { isNumeric, rankOf } from './type.js';

/** A text that two values share exactly when they are equal: the key of a value in a map. */
export const keyOf = (value: unknown): string => {
  if (typeof value === 'string') return `s${JSON.stringify(value)}`;
  if (value instanceof ObjectId) return `o${value.toHexString()}`;
  // Safe: it is one of the numeric types.
  if (isNumeric(value)) return `n${numberKey(value as Numeric)}`;
  if (typeof value === 'boolean') return `b${Number(value)}`;
  if (typeof value === 'object' && value !== null) return keyOfObject(value);
  return '-';
};

const keyOfObject = (value: object): string => {
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (value instanceof Date) return `d${value.getTime()}`;
  if (value instanceof Binary) return `x${value.sub_type}:${value.toString('base64')}`;
  if (value instanceof Timestamp) return `t${value.toBigInt()}`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${keyOf(field)}`);
  return `{${rankOf(value)}:${fields.join()}}`;
};

/** A text that is the same for the same values in the same order. */
export const keyOfAll = (values: readonly unknown[]): string => values.map(keyOf).join();
