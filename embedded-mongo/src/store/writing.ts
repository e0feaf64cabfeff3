import type { Document } from '../bson/document.js';
import type { Collection } from './collection.js';
import { duplicateKey } from './duplicate-key.js';
import { ID_INDEX } from './index-spec.js';
import type { Index } from './index.js';
import type { Lock, Locks } from './locks.js';
import type { Transaction } from './transaction.js';
import { writeConflict } from './write-conflict.js';

interface Writer {
  readonly transaction: Transaction;
  readonly namespace: string;
  /** Undefined: it does not exist yet. */
  readonly collection: Collection | undefined;
  readonly locks: Locks;
}

/** The committed document of an id. @throws CommandError `WriteConflict` when it is newer than the transaction's snapshot */
const committed = ({ collection, transaction }: Writer, id: string): Document | undefined => {
  const newest = collection?.newest(id);
  if (newest !== undefined && newest.since > transaction.snapshot) throw writeConflict();
  return newest?.document;
};

/** The id of the committed document that has a key of a unique index. */
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

interface Change {
  readonly id: string;
  readonly before: Document | undefined;
  readonly after: Document | undefined;
}

/** Releases the unique keys that a document no longer has, and takes its new ones: both stay locked until the end. */
const moveKeys = (writer: Writer, index: Index, { id, before, after }: Change): void => {
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
 * Sets the document that a transaction sees under an id; undefined deletes it.
 * @throws CommandError `DuplicateKey`, `WriteConflict`; Blocked when a statement must wait
 */
export const writeDocument = (writer: Writer, id: string, document: Document | undefined): void => {
  const { transaction, namespace, collection, locks } = writer;
  locks.take(`${namespace}\n${id}`, transaction, () => undefined);
  const overlay = transaction.overlay(namespace);
  const before = overlay.has(id) ? overlay.get(id) : committed(writer, id);
  if (document !== undefined) for (const index of collection?.indexes ?? []) index.check(document);
  for (const index of collection?.uniqueIndexes ?? [])
    moveKeys(writer, index, { id, before, after: document });
  transaction.write(namespace, id, document);
};

/** As `writeDocument`, for an id that must be unused. */
export const insertDocument = (writer: Writer, id: string, document: Document): void => {
  const { transaction, namespace, locks } = writer;
  locks.take(`${namespace}\n${id}`, transaction, () => undefined);
  const overlay = transaction.overlay(namespace);
  const before = overlay.has(id) ? overlay.get(id) : committed(writer, id);
  if (before !== undefined) throw duplicateKey(namespace, ID_INDEX, { _id: document._id });
  writeDocument(writer, id, document);
};
