import type { Context, Repository } from '../repository/repository.js';
import { changedPaths } from './changed-paths.js';
import type { Operation, Payloads } from './event.js';

/** How many arguments stand before the context, which is the last. */
type ContextAt<Args extends readonly unknown[]> =
  Required<Args> extends readonly [...infer Before, Context] ? Before['length'] : never;

/** An id is the first argument. */
type IdAt<Args extends readonly unknown[]> = Args extends readonly [string, ...unknown[]] ? 0 : null;

interface DutyFor<O extends Operation, Args extends readonly unknown[], Result> {
  readonly operation: O;
  readonly contextAt: ContextAt<Args>;
  /** null: it is not about one document. */
  readonly idAt: IdAt<Args>;
  readonly payload: (model: string, result: Result, args: Args) => Payloads[O];
}

/** What a method owes when it succeeds; when it fails, it owes an `error` of the same operation. */
export type Duty<Method> = Method extends (...args: infer Args) => Promise<infer Result>
  ? { [O in Operation]: DutyFor<O, Args, Result> }[Operation]
  : never;

/** An entry for each method: a method without one does not compile. */
export type Duties<R> = { readonly [Method in keyof R]: Duty<R[Method]> };

/** Which event each method of a repository owes. */
export const duties = {
  create: {
    ...{ operation: 'create', contextAt: 1, idAt: null },
    payload: (model, after) => ({ model, id: after.id, after }),
  },
  read: {
    ...{ operation: 'read', contextAt: 1, idAt: 0 },
    payload: (model, { id }) => ({ model, id, count: 1 }),
  },
  list: {
    ...{ operation: 'read', contextAt: 1, idAt: null },
    payload: (model, { items }, [{ filter }]) => ({ model, filter: { ...filter }, count: items.length }),
  },
  replace: {
    ...{ operation: 'update', contextAt: 3, idAt: 0 },
    payload: (model, { before, after }) => ({
      ...{ model, id: after.id, before, after },
      changed: changedPaths(before, after),
    }),
  },
  patch: {
    ...{ operation: 'update', contextAt: 3, idAt: 0 },
    payload: (model, { before, after }) => ({
      ...{ model, id: after.id, before, after },
      changed: changedPaths(before, after),
    }),
  },
  delete: {
    ...{ operation: 'delete', contextAt: 2, idAt: 0 },
    payload: (model, before) => ({ model, id: before.id, before }),
  },
} satisfies Duties<Repository>;
