import type { Document } from '../bson/document.js';
import { equalitiesOf } from '../query/equalities.js';
import { compileFilter } from '../query/matcher.js';
import { firstOf, sorter } from '../query/sort.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';

/** Which documents are meant, and in which order. */
export interface Selection {
  readonly filter: Document;
  readonly sort?: Document;
  readonly skip?: number;
  /** Default: all. */
  readonly limit?: number;
}

function* matching(documents: Iterable<Document>, matches: (document: Document) => boolean) {
  for (const document of documents) if (matches(document)) yield document;
}

/** The documents of a selection as a transaction sees them. It reads no further than it must. */
export const select = (
  store: Store,
  transaction: Transaction,
  namespace: string,
  { filter, sort = {}, skip = 0, limit = Infinity }: Selection,
): readonly Document[] => {
  const order = sorter(sort);
  const matches = compileFilter(filter);
  const found = matching(store.documents(transaction, namespace, equalitiesOf(filter)), matches);
  if (Object.keys(sort).length > 0) return firstOf(found, order, skip + limit).slice(skip);
  const documents: Document[] = [];
  for (const document of found) {
    documents.push(document);
    if (documents.length >= skip + limit) break;
  }
  return documents.slice(skip);
};
