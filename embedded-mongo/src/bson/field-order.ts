import { onDemand } from 'bson';
import { CommandError } from '../errors.js';
import type { Document } from './document.js';

const OBJECT = 3;
const ARRAY = 4;

/** A name that JavaScript objects move to the front, in ascending order: an array index. */
const isMoved = (name: string): boolean => /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1;

const unordered = (name: string, before: string): CommandError =>
  new CommandError(
    'NotImplemented',
    `The field '${name}' after '${before}' is not supported by embedded-mongo: JavaScript objects, which hold its documents, move integer names to the front in ascending order. Use names that are not integers.`,
  );

const checkNames = (names: readonly string[]): void => {
  for (const [at, name] of names.entries()) {
    const before = names[at - 1];
    if (before === undefined || !isMoved(name)) continue;
    if (!isMoved(before) || Number(before) > Number(name)) throw unordered(name, before);
  }
};

/** @throws CommandError `NotImplemented` when the fields of a BSON document would change their order */
export const checkFieldOrder = (bytes: Buffer, offset = 0, isArray = false): void => {
  const names: string[] = [];
  for (const [type, nameAt, nameLength, at] of onDemand.parseToElements(bytes, offset)) {
    if (!isArray) names.push(bytes.toString('latin1', nameAt, nameAt + nameLength));
    if (type === OBJECT || type === ARRAY) checkFieldOrder(bytes, at, type === ARRAY);
  }
  checkNames(names);
};

/** Appends a field to a document. @throws CommandError `NotImplemented` when JavaScript would move it */
export const withField = (document: Document, name: string, value: unknown): Document => {
  const last = isMoved(name) && !Object.hasOwn(document, name) ? Object.keys(document).at(-1) : undefined;
  if (last !== undefined) checkNames([last, name]);
  return { ...document, [name]: value };
};

/** @throws CommandError `NotImplemented` when an integer name has `_id` moved from the front */
export const checkIdFirst = (document: Document): void => {
  const [first = ''] = Object.keys(document);
  if (isMoved(first)) throw unordered(first, '_id');
};
