import { isDocument, type Document } from '../bson/document.js';
import { fieldOf, parsePath, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { fieldPath } from './expression.js';
import type { Stage } from './stage.js';
import { setPath } from './set-fields.js';

interface Unwind {
  readonly path: Path;
  /** The field that gets the position in the array. */
  readonly index: Path | undefined;
  readonly keepsEmpty: boolean;
}

const OPTIONS = ['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'];

const parse = (spec: unknown): Unwind => {
  const options: unknown = typeof spec === 'string' ? { path: spec } : spec;
  if (!isDocument(options)) {
    const text = 'expected either a string or an object as specification for $unwind stage';
    throw new CommandError('Location15981', text);
  }
  const { path, includeArrayIndex: index, preserveNullAndEmptyArrays: keepsEmpty = false } = options;
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new CommandError('Location28811', `unrecognized option to $unwind stage: ${unknown}`);
  }
  if (typeof path !== 'string' || !path.startsWith('$')) {
    const text = `path option to $unwind stage should be prefixed with a '$': ${String(path)}`;
    throw new CommandError('Location28818', text);
  }
  const isIndex = typeof index === 'string' && index !== '' && !index.startsWith('$');
  if (typeof keepsEmpty !== 'boolean' || (index !== undefined && !isIndex)) {
    throw new CommandError('FailedToParse', `invalid option to $unwind stage: ${JSON.stringify(options)}`);
  }
  return { path: fieldPath(path), index: isIndex ? parsePath(index) : undefined, keepsEmpty };
};

/** The value of a path that leads only through documents. */
const valueOf = (document: Document, path: Path): unknown =>
  path.reduce<unknown>((value, name) => (isDocument(value) ? fieldOf(value, name) : undefined), document);

const unwound = (document: Document, { path, index, keepsEmpty }: Unwind): readonly Document[] => {
  const value = valueOf(document, path);
  const made = (result: Document, at: bigint | null): Document =>
    index === undefined ? result : setPath(result, index, at);
  if (Array.isArray(value) && value.length > 0) {
    return value.map((element: unknown, at) => made(setPath(document, path, element), BigInt(at)));
  }
  if (Array.isArray(value)) return keepsEmpty ? [made(setPath(document, path, undefined), null)] : [];
  return keepsEmpty || (value !== undefined && value !== null) ? [made(document, null)] : [];
};

/** `$unwind`: one document for each element of an array. @throws CommandError */
export const unwindStage = (spec: unknown): Stage => {
  const unwind = parse(spec);
  return function* (documents) {
    for (const document of documents) yield* unwound(document, unwind);
  };
};
