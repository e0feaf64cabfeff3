import { Binary, BSONRegExp, ObjectId, Timestamp } from 'bson';
import type { Document } from './document.js';
import { compareNumbers, type Numeric } from './number.js';
import { rankOf } from './type.js';

const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Surrogates sort above all other characters, as in UTF-8. */
const codeOf = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  if (code >= 0xe000) return code - 0x800;
  return code >= 0xd800 ? code + 0x2000 : code;
};

/** By the bytes of UTF-8. */
const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return order(codeOf(a, at), codeOf(b, at));
  }
  return order(a.length, b.length);
};

const compareBinary = (a: Binary, b: Binary): number =>
  order(a.length(), b.length()) || order(a.sub_type, b.sub_type) || Buffer.compare(a.value(), b.value());

const compareArrays = (a: readonly unknown[], b: readonly unknown[]): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const result = compare(a[at], b[at]);
    if (result !== 0) return result;
  }
  return order(a.length, b.length);
};

/** Field by field: type, then name, then value. */
const compareDocuments = (a: Document, b: Document): number => {
  const [fieldsA, fieldsB] = [Object.entries(a), Object.entries(b)];
  for (const [at, [nameA, valueA]] of fieldsA.entries()) {
    const field = fieldsB[at];
    if (field === undefined) return 1;
    const [nameB, valueB] = field;
    const result =
      order(rankOf(valueA), rankOf(valueB)) || compareText(nameA, nameB) || compare(valueA, valueB);
    if (result !== 0) return result;
  }
  return order(fieldsA.length, fieldsB.length);
};

const compareObjects = (a: object, b: object): number => {
  if (a instanceof Date && b instanceof Date) return order(a.getTime(), b.getTime());
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (a instanceof Binary && b instanceof Binary) return compareBinary(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.compare(b);
  if (a instanceof BSONRegExp && b instanceof BSONRegExp) {
    return compareText(a.pattern, b.pattern) || compareText(a.options, b.options);
  }
  // Safe: the fields of any object may be read.
  return compareDocuments(a as Document, b as Document);
};

/** BSON's order of all values: by rank of type, then by value. Null and missing are equal. */
export const compare = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id);
  const rank = rankOf(a);
  const byRank = order(rank, rankOf(b));
  if (byRank !== 0) return byRank;
  // Safe: the numeric types have this rank, and no others.
  if (rank === NUMBERS) return compareNumbers(a as Numeric, b as Numeric);
  if (typeof a === 'boolean' && typeof b === 'boolean') return order(Number(a), Number(b));
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) return compareObjects(a, b);
  return 0;
};

const NUMBERS = rankOf(0);

export const equal = (a: unknown, b: unknown): boolean => a === b || compare(a, b) === 0;
