import { isDocument, type Document } from '../bson/document.js';
import { keyOf } from '../bson/key.js';
import { fieldOf, parsePath, valuesAt, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { setPath } from './set-fields.js';
import type { Stage, PipelineContext } from './stage.js';

const NAMES = ['from', 'localField', 'foreignField', 'as'] as const;

/** @throws CommandError `FailedToParse` for what is no lookup by equality */
const parse = (spec: unknown): Record<(typeof NAMES)[number], string> => {
  if (!isDocument(spec)) {
    throw new CommandError('FailedToParse', 'the $lookup specification must be an Object');
  }
  const unknown = Object.keys(spec).find((name) => !NAMES.some((known) => known === name));
  if (unknown !== undefined) {
    throw new CommandError('FailedToParse', `unknown argument to $lookup: ${unknown}`);
  }
  const text = (name: string): string => {
    const value = spec[name];
    if (typeof value === 'string') return value;
    throw new CommandError('FailedToParse', `$lookup argument '${name}' must be a string`);
  };
  return {
    from: text('from'),
    as: text('as'),
    localField: text('localField'),
    foreignField: text('foreignField'),
  };
};

/** The keys that find a document: of its value, and of each element of an array; null when it has none. */
const foreignKeys = (document: Document, path: Path): readonly string[] =>
  valuesAt(document, path).flatMap((value) =>
    Array.isArray(value) ? [keyOf(value), ...value.map(keyOf)] : [keyOf(value)],
  );

/** The keys that a document looks for: of its value, or of each element of an array. */
const localKeys = (document: Document, path: Path): readonly string[] => {
  let value: unknown = document;
  for (const name of path) {
    if (Array.isArray(value)) {
      const text = `$lookup with an array before the end of localField is not supported by embedded-mongo`;
      throw new CommandError('NotImplemented', text);
    }
    value = isDocument(value) ? fieldOf(value, name) : undefined;
  }
  return Array.isArray(value) ? value.map(keyOf) : [keyOf(value)];
};

/** `$lookup` by equality: adds the documents of another collection that have the same value. @throws CommandError */
export const lookupStage = (spec: unknown, { collection }: PipelineContext): Stage => {
  const { from, localField, foreignField, as } = parse(spec);
  const [local, foreign, target] = [localField, foreignField, as].map(parsePath);
  return function* (documents) {
    const others = [...collection(from)];
    const byKey = new Map<string, Set<number>>();
    for (const [at, other] of others.entries()) {
      for (const key of foreignKeys(other, foreign ?? [])) {
        byKey.set(key, (byKey.get(key) ?? new Set()).add(at));
      }
    }
    for (const document of documents) {
      const found = new Set(localKeys(document, local ?? []).flatMap((key) => [...(byKey.get(key) ?? [])]));
      const inOrder = [...found].sort((a, b) => a - b).map((at) => others[at]);
      yield setPath(document, target ?? [], inOrder);
    }
  };
};
