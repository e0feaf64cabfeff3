import type { Document } from '../bson/document.js';
import { keyOf } from '../bson/key.js';
import type { Equalities } from '../query/equalities.js';
import { Index } from './index.js';
import type { IndexSpec } from './index-spec.js';
import { documentsOf, prune, visibleAt, type Version } from './version.js';

/** The versioned documents of a collection, by the key of their `_id`, and their indexes. */
export class Collection {
  readonly namespace: string;
  /** How many documents were examined, by all readers. */
  examined = 0;
  readonly #versions = new Map<string, Version>();
  #indexes: readonly Index[] = [];

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** All besides that of `_id`. */
  get indexes(): readonly Index[] {
    return this.#indexes;
  }

  get uniqueIndexes(): readonly Index[] {
    return this.#indexes.filter(({ spec }) => spec.unique);
  }

  newest(id: string): Version | undefined {
    return this.#versions.get(id);
  }

  /** The documents of a snapshot for which equalities may hold, in the order of their creation. */
  *candidates(equalities: Equalities, snapshot: number): Generator<readonly [string, Document]> {
    for (const [id, newest] of this.#versionsFor(equalities)) {
      const document = visibleAt(newest, snapshot);
      if (document === undefined) continue;
      this.examined++;
      yield [id, document];
    }
  }

  #versionsFor(equalities: Equalities): Iterable<readonly [string, Version | undefined]> {
    const ids = this.#idsFor(equalities);
    return ids === undefined
      ? this.#versions
      : Array.from(ids, (id) => [id, this.#versions.get(id)] as const);
  }

  #idsFor(equalities: Equalities): Iterable<string> | undefined {
    const ids = equalities.get('_id');
    if (ids?.every((id) => !Array.isArray(id))) return new Set(ids.map(keyOf));
    const found = this.#indexes.map((index) => index.lookUp(equalities)).filter((ids) => ids !== undefined);
    return found.sort((a, b) => a.size - b.size)[0];
  }

  /**
   * Adds the newest version of a document; undefined: deleted. Keeps what snapshots from `oldest` on may see. Returns
   * whether older versions remain.
   */
  put(id: string, document: Document | undefined, since: number, oldest: number): boolean {
    const older = this.#versions.get(id);
    const version: Version = { document, since, older };
    this.#versions.set(id, version);
    if (document !== undefined) for (const index of this.#indexes) index.add(id, document);
    return this.prune(id, oldest);
  }

  /** Drops the versions that no snapshot from `oldest` on can see. Returns whether older ones remain. */
  prune(id: string, oldest: number): boolean {
    const newest = this.#versions.get(id);
    if (newest === undefined) return false;
    const gone = prune(newest, oldest);
    const remaining = gone.length > 0 && this.#indexes.length > 0 ? documentsOf(newest) : [];
    for (const document of gone) {
      for (const index of this.#indexes) index.remove(id, document, remaining);
    }
    if (newest.older !== undefined) return true;
    if (newest.document === undefined) this.#versions.delete(id);
    return false;
  }

  /** Adds an index, with all documents in it. */
  addIndex(spec: IndexSpec): Index {
    const index = new Index(spec);
    for (const [id, newest] of this.#versions) {
      for (const document of documentsOf(newest)) index.add(id, document);
    }
    this.#indexes = [...this.#indexes, index];
    return index;
  }

  dropIndexes(isDropped: (spec: IndexSpec) => boolean): void {
    this.#indexes = this.#indexes.filter(({ spec }) => !isDropped(spec));
  }
}
