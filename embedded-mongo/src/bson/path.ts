import { CommandError } from '../errors.js';
import { isDocument, type Document } from './document.js';
import { withField } from './field-order.js';

/** The names of a dotted path, `a.0.b`. */
export type Path = readonly string[];

/** @throws CommandError `BadValue` for a name that cannot be one. */
export const parsePath = (path: string): Path => {
  const names = path.split('.');
  if (names.includes('__proto__')) throw new CommandError('BadValue', `The field ${path} is not supported`);
  return names;
};

const isPosition = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name);

/** What a document has in a field itself; undefined: nothing. */
export const fieldOf = (document: object, name: string): unknown =>
  // Safe: an own property may have any value.
  Object.hasOwn(document, name) ? (document as Document)[name] : undefined;

/**
 * All values that a path leads to, through the elements of arrays too; undefined where it is missing.
 * An array at the end of the path is one value.
 */
export const valuesAt = (value: unknown, path: Path, from = 0): readonly unknown[] => {
  const name = path[from];
  if (name === undefined) return [value];
  if (Array.isArray(value)) return valuesInArray(value, path, from, name);
  return isDocument(value) ? valuesAt(fieldOf(value, name), path, from + 1) : [undefined];
};

const valuesInArray = (
  array: readonly unknown[],
  path: Path,
  from: number,
  name: string,
): readonly unknown[] => {
  const within = array.filter(isDocument).flatMap((element) => valuesAt(element, path, from));
  if (!isPosition(name) || Number(name) >= array.length) return within;
  return [...within, ...valuesAt(array[Number(name)], path, from + 1)];
};

/** The value of a path as it is written, without looking into the elements of arrays; undefined: none. */
export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, name) => {
    if (Array.isArray(inner)) return isPosition(name) ? inner[Number(name)] : undefined;
    return isDocument(inner) ? fieldOf(inner, name) : undefined;
  }, value);

/** The result of a change that removes the field. */
export const REMOVED = Symbol('removed');

/** Maps the value at a path; undefined: missing. Returning the same value changes nothing. */
export type Change = (value: unknown) => unknown;

const MAX_PADDING = 1_500_000;

/**
 * The same value with another one at a path. What is missing on the way is made, if the change makes a value.
 * @throws CommandError `PathNotViable` when something on the way has no fields.
 */
export const changeAt = (value: unknown, path: Path, change: Change, from = 0): unknown => {
  const name = path[from];
  if (name === undefined) return change(value);
  const inner = (old: unknown): unknown => changeAt(old, path, change, from + 1);
  if (value === undefined) {
    const made = inner(undefined);
    return made === undefined || made === REMOVED ? undefined : { [name]: made };
  }
  if (isDocument(value)) return changeField(value, name, inner);
  if (Array.isArray(value) && isPosition(name)) return changeElement(value, Number(name), inner);
  // A missing field need not be removed.
  if (change(undefined) === undefined || change(undefined) === REMOVED) return value;
  const place = path.slice(0, from).join('.');
  throw new CommandError('PathNotViable', `Cannot create field '${name}' in element {${place}: …}`);
};

const changeField = (document: Document, name: string, inner: Change): Document => {
  const old = fieldOf(document, name);
  const made = inner(old);
  if (made === old || made === undefined) return document;
  if (made !== REMOVED) return withField(document, name, made);
  const { [name]: _removed, ...rest } = document;
  return rest;
};

const changeElement = (array: readonly unknown[], at: number, inner: Change): readonly unknown[] => {
  const old: unknown = array[at];
  const made = inner(old);
  if (made === old || made === undefined) return array;
  if (made === REMOVED) return at < array.length ? array.with(at, null) : array;
  if (at > array.length + MAX_PADDING) {
    throw new CommandError('BadValue', `can't backfill more than ${MAX_PADDING} elements`);
  }
  const padded = Array.from({ length: Math.max(array.length, at + 1) }, (_, i): unknown => array[i] ?? null);
  padded[at] = made;
  return padded;
};
