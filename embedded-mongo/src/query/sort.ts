import { compare } from '../bson/compare.js';
import type { Document } from '../bson/document.js';
import { parsePath, valuesAt, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';

interface Field {
  readonly path: Path;
  readonly direction: 1 | -1;
}

/** Below all values: what an array without elements is sorted by. */
const EMPTY = Symbol('empty array');

const compareKeys = (a: unknown, b: unknown): number => {
  if (a === EMPTY || b === EMPTY) return Number(b === EMPTY) - Number(a === EMPTY);
  return compare(a, b);
};

/** Ascending the least element of an array counts, descending the greatest. */
const keyAt = (document: Document, { path, direction }: Field): unknown => {
  const [name = ''] = path;
  const own = document[name];
  if (path.length === 1 && !Array.isArray(own)) return own;
  const keys = valuesAt(document, path).flatMap((value): readonly unknown[] => {
    if (!Array.isArray(value)) return [value];
    return value.length === 0 ? [EMPTY] : value;
  });
  return keys.length === 0
    ? undefined
    : keys.reduce((best, key) => (direction * compareKeys(key, best) < 0 ? key : best));
};

const fieldOf = (name: string, direction: unknown): Field => {
  const number = Number(direction);
  if (number === 1 || number === -1) return { path: parsePath(name), direction: number };
  if (typeof direction === 'object' && direction !== null && '$meta' in direction) {
    throw new CommandError('NotImplemented', 'a sort by $meta is not supported by embedded-mongo');
  }
  throw new CommandError('BadValue', `$sort key ordering must be 1 (for ascending) or -1 (for descending)`);
};

/** The first documents of an order, in bounded memory. */
export const firstOf = (
  documents: Iterable<Document>,
  sort: (documents: readonly Document[]) => readonly Document[],
  count: number,
): readonly Document[] => {
  let held: Document[] = [];
  for (const document of documents) {
    held.push(document);
    if (held.length >= 2 * count + SLACK) held = sort(held).slice(0, count);
  }
  return sort(held).slice(0, count);
};

const SLACK = 1_000;

/** Sorts by BSON's order; what is equal keeps its order. @throws CommandError `BadValue` */
export const sorter = (spec: Document): ((documents: readonly Document[]) => readonly Document[]) => {
  const fields = Object.entries(spec).map(([name, direction]) => fieldOf(name, direction));
  if (fields.length === 0) return (documents) => documents;
  return (documents) =>
    documents
      .map((document) => ({ document, keys: fields.map((field) => keyAt(document, field)) }))
      .sort((a, b) => {
        for (const [at, { direction }] of fields.entries()) {
          const order = compareKeys(a.keys[at], b.keys[at]);
          if (order !== 0) return direction * order;
        }
        return 0;
      })
      .map(({ document }) => document);
};
