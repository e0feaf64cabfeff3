import { isDocument, type Document } from '../bson/document.js';
import { parsePath, valueAt, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { conditionsOf } from '../query/equalities.js';
import { compileFilter } from '../query/matcher.js';

/** What decides which elements of arrays an update means. */
export interface Target {
  /** The filter that chose the document: `$` is the element by which it matched. */
  readonly filter: Document;
  readonly arrayFilters: ReadonlyMap<string, (element: unknown) => boolean>;
}

/** All paths that the operators of an update name. */
const pathsOf = (spec: unknown): readonly string[] =>
  isDocument(spec) ? Object.values(spec).filter(isDocument).flatMap(Object.keys) : [];

/**
 * The filters of elements by their names: `[{ 'e.qty': 1 }]` is that of `$[e]`.
 * @throws CommandError also for one that the update does not use
 */
export const elementFilters = (filters: readonly unknown[], spec: unknown): Target['arrayFilters'] => {
  const named = new Map<string, (element: unknown) => boolean>();
  const used = new Set(pathsOf(spec).flatMap((path) => path.split('.')));
  const refused = (text: string) => new CommandError('FailedToParse', text);
  for (const filter of filters) {
    const name = isDocument(filter) ? nameOf(filter) : undefined;
    if (name === undefined || !isDocument(filter)) {
      throw refused('an array filter must have one name at the top of its fields');
    }
    if (named.has(name))
      throw refused(`Found multiple array filters with the same top-level field name ${name}`);
    if (!used.has(`$[${name}]`))
      throw refused(`The array filter for identifier '${name}' was not used in the update`);
    const matches = compileFilter(filter);
    named.set(name, (element) => matches({ [name]: element }));
  }
  return named;
};

const nameOf = (filter: Document): string | undefined => {
  const names = new Set(
    Object.entries(filter).flatMap(([field, operand]): (string | undefined)[] => {
      if (!field.startsWith('$')) return [field.split('.')[0]];
      return (Array.isArray(operand) ? operand : []).filter(isDocument).map(nameOf);
    }),
  );
  return names.size === 1 ? [...names][0] : undefined;
};

/** The first element by which a document matches the last condition of its filter on this array. */
const matchedPosition = (array: readonly unknown[], at: Path, { filter }: Target): number => {
  const conditions = conditionsOf(filter).filter(
    ([name]) => parsePath(name).slice(0, at.length).join('.') === at.join('.'),
  );
  const condition = conditions.at(-1);
  if (condition === undefined) return -1;
  const matches = compileFilter({ [condition[0]]: condition[1] });
  const around = (element: unknown): Document =>
    // Safe: a path has at least one name.
    at.reduceRight<unknown>((inner, name) => ({ [name]: inner }), [element]) as Document;
  return array.findIndex((element) => matches(around(element)));
};

const NAMED = /^\$\[(\w*)\]$/;

/** A part of a path that selects elements: `$`, `$[]`, `$[name]`. */
export const isPositional = (name: string): boolean => name === '$' || NAMED.test(name);

const positionsOf = (document: Document, at: Path, name: string, target: Target): readonly number[] => {
  const array = valueAt(document, at);
  if (!Array.isArray(array)) {
    throw new CommandError(
      'BadValue',
      `The path '${at.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  if (name === '$') {
    const position = matchedPosition(array, at, target);
    if (position >= 0) return [position];
    throw new CommandError(
      'BadValue',
      'The positional operator did not find the match needed from the query.',
    );
  }
  const filterName = NAMED.exec(name)?.[1] ?? '';
  const filter = filterName === '' ? () => true : target.arrayFilters.get(filterName);
  if (filter === undefined) {
    throw new CommandError(
      'BadValue',
      `No array filter found for identifier '${filterName}' in path '${[...at, name].join('.')}'`,
    );
  }
  return array.flatMap((element, position) => (filter(element) ? [position] : []));
};

/** The paths that one with `$`, `$[]` or `$[name]` selects in a document. @throws CommandError */
export const expand = (document: Document, path: Path, target: Target): readonly Path[] => {
  const from = path.findIndex(isPositional);
  const name = path[from];
  if (name === undefined) return [path];
  const at = path.slice(0, from);
  return positionsOf(document, at, name, target).flatMap((position) =>
    expand(document, [...at, String(position), ...path.slice(from + 1)], target),
  );
};
