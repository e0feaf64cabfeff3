import type { Headers } from '@typed-queue/contracts';
import type { Fields } from '../models/model.js';
import type { MergePatch } from './merge-patch.js';
import type { UnitOfWork } from './unit-of-work.js';

/** What every stored document has. */
export interface Entity {
  readonly id: string;
  /** 1 when it was created, one more with each change. */
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A document of the domain: plain data, nothing of the database in it. */
export type Stored<F extends Fields = Fields> = Entity & F;

/** Both are the same, with the same revision, when nothing has changed. */
export interface Change<F extends Fields = Fields> {
  readonly before: Stored<F>;
  readonly after: Stored<F>;
}

/** Equality, by the model's filters. */
export type Filter = Readonly<Record<string, string | number | boolean>>;

/**
 * The order that a list can be followed in: ids of several processes are not in the order of their creation within a
 * second.
 */
export const DEFAULT_SORT = { field: 'createdAt', direction: 'asc' } as const;

export interface ListQuery {
  /** 1 to 200. */
  readonly limit: number;
  /** As a page before gave it. */
  readonly cursor?: string | undefined;
  readonly filter: Filter;
  readonly sort: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

export interface Page<F extends Fields = Fields> {
  readonly items: readonly Stored<F>[];
  /** Where the next page begins; null: there is none at the moment. */
  readonly nextCursor: string | null;
  /** The position after the last item, even when nothing follows yet; null: the list is empty. */
  readonly endCursor: string | null;
}

/** In whose name, and within which transaction, something is done. */
export interface Context {
  readonly actor?: string | undefined;
  readonly requestId?: string | undefined;
  /** Headers that continue its trace. */
  readonly trace?: Headers | undefined;
  /** What is written becomes visible with it, or not at all. Default: a transaction of its own. */
  readonly unit?: UnitOfWork | undefined;
}

/** The revisions that a document may have; undefined: any. */
export type Expected = readonly number[] | undefined;

/** The most documents that one call creates, changes or deletes. */
export const MAX_MANY = 500;

/**
 * The documents of one model. Fields are checked whatever their type promises: they may come from outside as they are.
 * A change that changes nothing leaves the document with its revision.
 *
 * Methods for many documents do all of it or nothing; their errors have `issues` whose paths begin with the index of
 * the item, or the id of the document.
 *
 * Everything rejects with a ApiError: `document_invalid` (with `issues`), `document_unknown`, `revision_conflict`
 * (the revision is not an expected one), `duplicate_key` (with `field`), `reference_unknown`, `document_in_use`,
 * `query_invalid` (also for a cursor that is of no use here), `too_many_documents` (over `MAX_MANY`),
 * `database_unavailable`.
 */
export interface Repository<F extends Fields = Fields> {
  create(fields: F, context?: Context): Promise<Stored<F>>;
  createMany(all: readonly F[], context?: Context): Promise<readonly Stored<F>[]>;
  read(id: string, context?: Context): Promise<Stored<F>>;
  list(query: ListQuery, context?: Context): Promise<Page<F>>;
  /** What every document has may be among the fields, as it was read. */
  replace(id: string, fields: F, expected?: Expected, context?: Context): Promise<Change<F>>;
  patch(id: string, patch: MergePatch<F>, expected?: Expected, context?: Context): Promise<Change<F>>;
  /** Patches all documents that a filter finds. */
  updateMany(filter: Filter, patch: MergePatch<F>, context?: Context): Promise<readonly Change<F>[]>;
  /** Returns what was deleted. */
  delete(id: string, expected?: Expected, context?: Context): Promise<Stored<F>>;
  /** Deletes all documents that a filter finds, and returns them. */
  deleteMany(filter: Filter, context?: Context): Promise<readonly Stored<F>[]>;
}
