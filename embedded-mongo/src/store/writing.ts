import type { Document } from '../bson/document.js';
import type { Collection } from './collection.js';
import { duplicateKey } from './duplicate.js';
import { ID_INDEX } from './index-spec.js';
import type { Index } from './index.js';
import { writeConflict, type Lock, type Locks } from './locks.js';
import type { Transaction } from './transaction.js';

/** Who writes, and where to; undefined: the collection does not exist yet. */
export interface Writer {
  readonly transaction: Transaction;
  readonly namespace: string;
  readonly collection: Collection | undefined;
  readonly locks: Locks;
}

/** What was committed in a place must not be younger than what the transaction saw of it. */
const committed = ({ collection, transaction }: Writer, id: string): Document | undefined => {
  const newest = collection?.newest(id);
  if (newest !== undefined && newest.since > transaction.snapshot) throw writeConflict();
  return newest?.document;
};

/** Who has a key of a unique index, among what was committed. */
const holderOf = (writer: Writer, index: Index, key: string): string | undefined => {
  for (const id of index.idsOf(key)) {
    const document = writer.collection?.newest(id)?.document;
    if (document === undefined || !index.keysOf(document).includes(key)) continue;
    committed(writer, id);
    return id;
  }
  return undefined;
};

const lockKey = (writer: Writer, index: Index, key: string): Lock => {
  const name = `${writer.namespace}\n${index.spec.name}\n${key}`;
  return writer.locks.take(name, writer.transaction, () => holderOf(writer, index, key));
};

/** Frees the keys that a document has no more, and takes those it has: both are locked until the end. */
const moveKeys = (
  writer: Writer,
  index: Index,
  id: string,
  before: Document | undefined,
  after: Document | undefined,
): void => {
  const had = before === undefined ? [] : index.keysOf(before);
  const has = after === undefined ? [] : index.keysOf(after);
  for (const key of had) {
    const lock = lockKey(writer, index, key);
    if (!has.includes(key) && lock.holder === id) lock.holder = undefined;
  }
  for (const key of has) {
    const lock = lockKey(writer, index, key);
    if (lock.holder !== undefined && lock.holder !== id) {
      throw duplicateKey(writer.namespace, index.spec, index.valuesOf(after ?? {}));
    }
    lock.holder = id;
  }
};

/**
 * Makes a document, or undefined for none, what a transaction sees in a place.
 * @throws CommandError `DuplicateKey`, `WriteConflict`; Blocked when a statement must wait
 */
export const writePlace = (writer: Writer, id: string, document: Document | undefined): void => {
  const { transaction, namespace, collection, locks } = writer;
  locks.take(`${namespace}\n${id}`, transaction, () => undefined);
  const overlay = transaction.overlay(namespace);
  const before = overlay.has(id) ? overlay.get(id) : committed(writer, id);
  if (document !== undefined) for (const index of collection?.indexes ?? []) index.check(document);
  for (const index of collection?.uniqueIndexes ?? []) moveKeys(writer, index, id, before, document);
  transaction.write(namespace, id, document);
};

/** As `writePlace`, for a place that must be free. */
export const insertPlace = (writer: Writer, id: string, document: Document): void => {
  const { transaction, namespace, locks } = writer;
  locks.take(`${namespace}\n${id}`, transaction, () => undefined);
  const overlay = transaction.overlay(namespace);
  const before = overlay.has(id) ? overlay.get(id) : committed(writer, id);
  if (before !== undefined) throw duplicateKey(namespace, ID_INDEX, { _id: document._id });
  writePlace(writer, id, document);
};
