import type { Transaction } from './transaction.js';
import { writeConflict } from './write-conflict.js';

/** A statement has to wait until a transaction has ended. */
export class Blocked extends Error {
  readonly by: Transaction;

  constructor(by: Transaction) {
    super('waits for a transaction');
    this.by = by;
  }
}

export interface Lock {
  readonly owner: Transaction;
  /** Of a unique key: the id of the document that has it, as its owner sees it. */
  holder: string | undefined;
}

/** What open transactions write to, by name: the id of a document, or a key of a unique index. */
export class Locks {
  readonly #locks = new Map<string, Lock>();

  /**
   * Takes a lock, unless the transaction has it already.
   * @throws CommandError `WriteConflict` when a session conflicts with another transaction; Blocked when a statement does
   */
  take(name: string, transaction: Transaction, holder: () => string | undefined): Lock {
    const known = this.#locks.get(name);
    if (known !== undefined && known.owner !== transaction) {
      throw transaction.kind === 'session' ? writeConflict() : new Blocked(known.owner);
    }
    if (known !== undefined) return known;
    const lock = { owner: transaction, holder: holder() };
    this.#locks.set(name, lock);
    transaction.hold(name);
    return lock;
  }

  release(transaction: Transaction): void {
    for (const name of transaction.locks) this.#locks.delete(name);
  }

  get size(): number {
    return this.#locks.size;
  }
}
