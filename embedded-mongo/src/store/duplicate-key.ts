import { ObjectId } from 'bson';
import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';

const shown = (value: unknown): string => {
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (typeof value === 'bigint') return String(value);
  return JSON.stringify(value);
};

/** The error that drivers and Mongoose know a duplicate by. */
export const duplicateKey = (
  namespace: string,
  index: { readonly name: string; readonly key: Document },
  keyValue: Document,
): CommandError => {
  const key = Object.entries(keyValue).map(([name, value]) => `${name}: ${shown(value)}`);
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: { ${key.join(', ')} }`,
    { keyPattern: index.key, keyValue },
  );
};
