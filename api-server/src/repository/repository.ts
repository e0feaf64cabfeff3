import type { Fields } from '../models/model.js';
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

export interface Change<F extends Fields = Fields> {
  readonly before: Stored<F>;
  readonly after: Stored<F>;
}

export interface ListQuery {
  /** 1 to 200. */
  readonly limit: number;
  /** As the page before gave it. */
  readonly cursor?: string | undefined;
  /** Equality, by the model's filters. */
  readonly filter: Readonly<Record<string, string | number | boolean>>;
  readonly sort: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

export interface Page<F extends Fields = Fields> {
  readonly items: readonly Stored<F>[];
  readonly nextCursor: string | null;
}

/** In whose name, and within which transaction, something is done. */
export interface Context {
  readonly actor?: string | undefined;
  readonly requestId?: string | undefined;
  /** What is written becomes visible with it, or not at all. Default: a transaction of its own. */
  readonly unit?: UnitOfWork | undefined;
}

/**
 * The documents of one model. Fields are checked whatever their type promises: they may come from outside as they are.
 *
 * Everything rejects with a QueueError: `document_invalid` (with `issues`), `document_unknown`, `revision_conflict`
 * (the revision is not the expected one), `duplicate_key` (with `field`), `reference_unknown`, `document_in_use`,
 * `query_invalid` (also for a cursor that is of no use here), `database_unavailable`.
 */
export interface Repository<F extends Fields = Fields> {
  create(fields: F, context?: Context): Promise<Stored<F>>;
  read(id: string, context?: Context): Promise<Stored<F>>;
  list(query: ListQuery, context?: Context): Promise<Page<F>>;
  /** `expected`: only when the document has this revision. Default: whichever it has. */
  replace(id: string, fields: F, expected?: number, context?: Context): Promise<Change<F>>;
  /** Changes some fields; one that is `undefined` is removed. */
  patch(id: string, changes: Partial<F>, expected?: number, context?: Context): Promise<Change<F>>;
  /** Returns what was deleted. */
  delete(id: string, expected?: number, context?: Context): Promise<Stored<F>>;
}
