import type { Document } from '../bson/document.js';
import { keyOf, keyOfAll } from '../bson/key.js';
import { parsePath, valueAt, valuesAt, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { compileFilter, type Matcher } from '../query/matcher.js';
import type { Equalities } from '../query/equalities.js';
import type { IndexSpec } from './index-spec.js';

/** How many keys one lookup may ask for. */
const MAX_LOOKUPS = 1_000;

/**
 * The documents of which any version has a key: a lookup must test what it finds. A hash: it finds equal values, no
 * ranges.
 */
export class Index {
  readonly spec: IndexSpec;
  readonly #paths: readonly Path[];
  readonly #holds: Matcher;
  readonly #ids = new Map<string, Set<string>>();

  /** @throws CommandError when the partial filter is wrong */
  constructor(spec: IndexSpec) {
    this.spec = spec;
    this.#paths = Object.keys(spec.key).map(parsePath);
    this.#holds = spec.partialFilterExpression ? compileFilter(spec.partialFilterExpression) : () => true;
  }

  /** @throws CommandError `CannotIndexParallelArrays`, `NotImplemented` for fields of arrays that it cannot hold */
  check(document: Document): void {
    if (this.#paths.length === 1 || !this.#holds(document)) return;
    const [first, ...others] = this.#paths.flatMap((path) => arrayOn(document, path));
    if (first === undefined || others.length === 0) return;
    const other = others.find((array) => array !== first);
    if (other !== undefined) {
      throw new CommandError(
        'CannotIndexParallelArrays',
        `cannot index parallel arrays [${other}] [${first}]`,
      );
    }
    if (!this.spec.unique) return;
    const text = `a unique index over several fields of one array, ${first}, is not supported by embedded-mongo`;
    throw new CommandError('NotImplemented', text);
  }

  /** The keys of a document: several when a field is an array, none when the index leaves it out. */
  keysOf(document: Document): readonly string[] {
    if (!this.#holds(document)) return [];
    const fields = this.#paths.map((path) => leaves(document, path));
    if (this.spec.sparse && fields.every((values) => values.every((value) => value === undefined))) return [];
    return [...new Set(combinations(fields.map((values) => values.map(keyOf))))];
  }

  /** The value of each field, for errors. */
  valuesOf(document: Document): Document {
    const names = Object.keys(this.spec.key);
    return Object.fromEntries(
      names.map((name) => [name, leaves(document, parsePath(name))[0] ?? null] as const),
    );
  }

  add(id: string, document: Document): void {
    for (const key of this.keysOf(document)) {
      const ids = this.#ids.get(key);
      if (ids === undefined) this.#ids.set(key, new Set([id]));
      else ids.add(id);
    }
  }

  /** Removes the keys of a dropped version, except those that the remaining versions have, too. */
  remove(id: string, document: Document, remaining: readonly Document[]): void {
    const kept = new Set(remaining.flatMap((other) => this.keysOf(other)));
    for (const key of this.keysOf(document)) {
      if (kept.has(key)) continue;
      const ids = this.#ids.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#ids.delete(key);
    }
  }

  idsOf(key: string): Iterable<string> {
    return this.#ids.get(key) ?? [];
  }

  /** The ids that may match; undefined: this index does not help. */
  lookUp(equalities: Equalities): ReadonlySet<string> | undefined {
    if (this.spec.sparse || this.spec.partialFilterExpression) return undefined;
    const fields = Object.keys(this.spec.key).map((name) => equalities.get(name));
    const usable = fields.every((values) => values?.every((value) => !Array.isArray(value)));
    if (!usable) return undefined;
    const keys = combinations(fields.map((values) => (values ?? []).map(keyOf)));
    if (keys.length > MAX_LOOKUPS) return undefined;
    return new Set(keys.flatMap((key) => [...this.idsOf(key)]));
  }
}

/** The first array that a path leads to or through; none: an empty list. */
const arrayOn = (document: Document, path: Path): readonly string[] =>
  path
    .map((_, at) => path.slice(0, at + 1))
    .filter((prefix) => Array.isArray(valueAt(document, prefix)))
    .slice(0, 1)
    .map((prefix) => prefix.join('.'));

/** What an index holds of a field: of an array each element, for an empty one nothing, as of a missing field. */
const leaves = (document: Document, path: Path): readonly unknown[] => {
  const values = valuesAt(document, path).flatMap((value): readonly unknown[] => {
    if (!Array.isArray(value)) return [value];
    return value.length === 0 ? [undefined] : value;
  });
  return values.length === 0 ? [undefined] : values;
};

const combinations = (fields: readonly (readonly string[])[]): readonly string[] =>
  fields.reduce<readonly string[]>(
    (keys, values, at) =>
      keys.flatMap((key) => values.map((value) => (at === 0 ? value : `${key},${value}`))),
    [keyOfAll([])],
  );
