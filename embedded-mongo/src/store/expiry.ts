import type { Document } from '../bson/document.js';
import { compileFilter } from '../query/matcher.js';
import type { Store } from './store.js';

/** How often MongoDB looks for documents that have expired. */
export const EXPIRY_INTERVAL_MS = 60_000;

/** Removes the documents that have expired by indexes with `expireAfterSeconds`, and returns how many. */
export const expire = async (store: Store, now: number): Promise<number> => {
  let removed = 0;
  for (const [namespace, { indexes }] of store.collections) {
    for (const { spec } of indexes) {
      const [field] = Object.keys(spec.key);
      if (spec.expireAfterSeconds === undefined || field === undefined) continue;
      const limit = new Date(now - spec.expireAfterSeconds * 1_000);
      removed += await remove(store, namespace, { [field]: { $lte: limit } });
    }
  }
  return removed;
};

const remove = (store: Store, namespace: string, filter: Document): Promise<number> => {
  const matches = compileFilter(filter);
  return store.statement((transaction) => {
    const all = [...store.documents(transaction, namespace, new Map())];
    const gone = all.filter(matches);
    for (const { _id } of gone) store.write(transaction, namespace, _id, undefined);
    return gone.length;
  });
};
