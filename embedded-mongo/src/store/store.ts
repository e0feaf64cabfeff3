import type { Document } from '../bson/document.js';
import { keyOf } from '../bson/key.js';
import { CommandError, TRANSIENT } from '../errors.js';
import type { Equalities } from '../query/equalities.js';
import { Collection } from './collection.js';
import { Blocked, Locks } from './locks.js';
import type { Recorder, StoreOperation } from './operation.js';
import { Transaction } from './transaction.js';
import { insertDocument, writeDocument } from './writing.js';

/** All collections. A commit makes the writes of a transaction visible atomically. */
export class Store {
  readonly locks = new Locks();
  readonly #collections = new Map<string, Collection>();
  readonly #open = new Set<Transaction>();
  /** Ids with older versions, for the snapshots of open transactions. */
  readonly #history = new Map<Collection, Set<string>>();
  /** The commit at which a namespace was redefined: it has no older snapshots. */
  readonly #redefined = new Map<string, number>();
  readonly #record: Recorder;
  #commits = 0;

  constructor(record: Recorder = () => undefined) {
    this.#record = record;
  }

  get collections(): ReadonlyMap<string, Collection> {
    return this.#collections;
  }

  begin(kind: Transaction['kind']): Transaction {
    const transaction = new Transaction(kind, this.#commits);
    if (kind === 'session') this.#open.add(transaction);
    return transaction;
  }

  /** The oldest snapshot that may still be read. */
  #oldest(): number {
    return Math.min(...Array.from(this.#open, ({ snapshot }) => snapshot), Infinity);
  }

  /** The documents of a transaction for which equalities may hold. @throws CommandError `SnapshotUnavailable` */
  *documents(transaction: Transaction, namespace: string, equalities: Equalities): Generator<Document> {
    const overlay = transaction.overlay(namespace);
    const collection = this.#readable(transaction, namespace);
    for (const [id, document] of collection?.candidates(equalities, transaction.snapshot) ?? []) {
      if (!overlay.has(id)) yield document;
    }
    for (const document of overlay.values()) if (document !== undefined) yield document;
  }

  #readable(transaction: Transaction, namespace: string): Collection | undefined {
    if ((this.#redefined.get(namespace) ?? 0) > transaction.snapshot) {
      throw new CommandError(
        'SnapshotUnavailable',
        `Unable to read from a snapshot due to pending collection catalog changes of ${namespace}; please retry the operation.`,
        TRANSIENT,
      );
    }
    return this.#collections.get(namespace);
  }

  /**
   * Sets the document that a transaction sees under an `_id`; undefined deletes it.
   * @throws CommandError `DuplicateKey`, `WriteConflict`, `SnapshotUnavailable`; Blocked when a statement must wait
   */
  write(transaction: Transaction, namespace: string, id: unknown, document: Document | undefined): void {
    const collection = this.#readable(transaction, namespace);
    writeDocument({ transaction, namespace, collection, locks: this.locks }, keyOf(id), document);
  }

  /** As `write`, for an `_id` that must be unused. */
  insert(transaction: Transaction, namespace: string, document: Document): void {
    const collection = this.#readable(transaction, namespace);
    insertDocument({ transaction, namespace, collection, locks: this.locks }, keyOf(document._id), document);
  }

  commit(transaction: Transaction): void {
    this.#open.delete(transaction);
    const since = this.#commits + 1;
    const oldest = this.#oldest();
    for (const [namespace, overlay] of transaction.overlays) {
      const collection = this.#made(namespace);
      for (const [id, after] of overlay) {
        const before = collection.newest(id)?.document;
        if (before === after) continue;
        this.#commits = since;
        if (collection.put(id, after, since, oldest)) this.#remember(collection, id);
        this.#log(namespace, before, after);
      }
    }
    this.#release(transaction);
  }

  #log(namespace: string, before: Document | undefined, after: Document | undefined): void {
    if (after !== undefined) this.#record({ kind: 'put', namespace, document: after });
    else this.#record({ kind: 'delete', namespace, id: before?._id });
  }

  abort(transaction: Transaction): void {
    this.#open.delete(transaction);
    this.#release(transaction);
  }

  #release(transaction: Transaction): void {
    this.locks.release(transaction);
    transaction.end();
    if (transaction.kind === 'session') this.#forget(transaction.snapshot);
  }

  #remember(collection: Collection, id: string): void {
    const ids = this.#history.get(collection) ?? new Set();
    this.#history.set(collection, ids.add(id));
  }

  /** Drops the versions that only this snapshot could see. */
  #forget(snapshot: number): void {
    const oldest = this.#oldest();
    if (oldest <= snapshot) return;
    for (const [collection, ids] of this.#history) {
      for (const id of ids) if (!collection.prune(id, oldest)) ids.delete(id);
      if (ids.size === 0) this.#history.delete(collection);
    }
  }

  /** A write in a transaction of its own: waits for conflicting transactions. */
  async statement<T>(work: (transaction: Transaction) => T): Promise<T> {
    for (;;) {
      const transaction = this.begin('statement');
      try {
        const result = work(transaction);
        this.commit(transaction);
        return result;
      } catch (error) {
        this.abort(transaction);
        if (!(error instanceof Blocked)) throw error;
        await error.by.ended;
      }
    }
  }

  #made(namespace: string): Collection {
    const known = this.#collections.get(namespace);
    if (known !== undefined) return known;
    const collection = new Collection(namespace);
    this.#collections.set(namespace, collection);
    return collection;
  }

  /** Changes the definition of a namespace, when no open transaction has written to it. */
  async define(
    namespace: string,
    work: (collection: Collection) => readonly StoreOperation[],
  ): Promise<void> {
    for (;;) {
      const writer = [...this.#open].find(({ overlays }) => overlays.has(namespace));
      if (writer === undefined) break;
      await writer.ended;
    }
    const isNew = !this.#collections.has(namespace);
    for (const operation of work(this.#collections.get(namespace) ?? new Collection(namespace))) {
      this.replay(operation);
      this.#record(operation);
    }
    if (!isNew) this.#redefined.set(namespace, ++this.#commits);
  }

  /** Applies an operation of the log. */
  replay(operation: StoreOperation): void {
    const { namespace } = operation;
    if (operation.kind === 'drop') {
      this.#collections.delete(namespace);
      return;
    }
    const collection = this.#made(namespace);
    switch (operation.kind) {
      case 'create':
        return;
      case 'put':
        collection.put(keyOf(operation.document._id), operation.document, this.#commits, Infinity);
        return;
      case 'delete':
        collection.put(keyOf(operation.id), undefined, this.#commits, Infinity);
        return;
      case 'index':
        collection.addIndex(operation.spec);
        return;
      case 'dropIndex':
        collection.dropIndexes(({ name }) => name === operation.name);
    }
  }
}
