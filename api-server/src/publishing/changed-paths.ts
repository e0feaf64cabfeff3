import { isDeepStrictEqual } from 'node:util';
import type { Stored } from '../repository/repository.js';

type Record = Readonly<globalThis.Record<string, unknown>>;

/** They change with every change, and say nothing of what it was. */
const ENTITY = new Set(['id', 'revision', 'createdAt', 'updatedAt']);

const isRecord = (value: unknown): value is Record =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const differences = (before: unknown, after: unknown, path: string): readonly string[] => {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], `${path}.${key}`));
  }
  return isDeepStrictEqual(before, after) ? [] : [path];
};

/** The fields that differ, sorted; within objects as `size.width`. An array is one value. */
export const changedPaths = (before: Stored, after: Stored): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !ENTITY.has(key))
    .flatMap((key) => differences(before[key], after[key], key))
    .sort();
