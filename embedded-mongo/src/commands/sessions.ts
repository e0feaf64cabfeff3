import type { After } from '@typed-queue/program';
import { Binary } from 'bson';
import { isDocument, type Document } from '../bson/document.js';
import { CommandError, TRANSIENT } from '../errors.js';
import type { Answer } from '../store/operation.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';

/** A session has one transaction, or one retryable write, at a time: that of the highest number. */
type Session =
  | {
      readonly kind: 'open';
      readonly number: number;
      readonly transaction: Transaction;
      readonly giveUp: () => void;
      /** The connections by which its commands came. */
      readonly peers: Set<Peer>;
    }
  | { readonly kind: 'aborted'; readonly number: number }
  | { readonly kind: 'running'; readonly number: number; readonly reply: Promise<Document> }
  | { readonly kind: 'answered'; readonly number: number; readonly reply: Document };

export interface TransactionId {
  /** Of the session. */
  readonly id: string;
  /** The transaction number. */
  readonly number: number;
}

/** A connection, by identity. */
export type Peer = object;

/** MongoDB's `transactionLifetimeLimitSeconds`. */
const LIFETIME_MS = 60_000;

/** How many sessions the last answer is kept for. */
const KEPT = 1_000;

const noTransaction = (number: number, why: string): CommandError =>
  new CommandError('NoSuchTransaction', `Given transaction number ${number} ${why}`, TRANSIENT);

/** The transaction or retryable write that a command belongs to; undefined: none. */
export const transactionIdOf = (command: Document): TransactionId | undefined => {
  const { lsid, txnNumber } = command;
  if (!isDocument(lsid) || txnNumber === undefined) return undefined;
  if (!(lsid.id instanceof Binary)) throw new CommandError('BadValue', 'lsid.id must be a UUID');
  return { id: lsid.id.toString('hex'), number: Number(txnNumber) };
};

/** The transactions of sessions, and their retryable writes. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #store: Store;
  readonly #after: After;
  readonly #record: (answer: Answer) => void;

  constructor(store: Store, after: After, record: (answer: Answer) => void) {
    this.#store = store;
    this.#after = after;
    this.#record = record;
  }

  /** Answers that a driver may still ask for again, the oldest first. */
  answers(): readonly Answer[] {
    return [...this.#sessions].flatMap(([session, state]) =>
      state.kind === 'answered'
        ? [{ kind: 'answer' as const, session, number: state.number, reply: state.reply }]
        : [],
    );
  }

  restore({ session, number, reply }: Answer): void {
    this.#set(session, { kind: 'answered', number, reply });
  }

  #set(id: string, session: Session): void {
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    if (this.#sessions.size <= KEPT) return;
    for (const [old, { kind }] of this.#sessions) {
      if (kind !== 'answered' && kind !== 'aborted') continue;
      this.#sessions.delete(old);
      return;
    }
  }

  #current({ id, number }: TransactionId): Session | undefined {
    const session = this.#sessions.get(id);
    if (session !== undefined && session.number > number) {
      throw new CommandError(
        'TransactionTooOld',
        `Cannot use transaction number ${number}: a newer one, ${session.number}, has already started.`,
      );
    }
    return session?.number === number ? session : undefined;
  }

  /**
   * The transaction that a command of a connection belongs to.
   * @throws CommandError `NoSuchTransaction` and others
   */
  transaction(transactionId: TransactionId, starts: boolean, peer: Peer): Transaction {
    const session = this.#current(transactionId);
    if (session?.kind === 'open' && !starts) {
      session.peers.add(peer);
      return session.transaction;
    }
    if (session?.kind === 'answered') {
      throw new CommandError(
        'TransactionCommitted',
        `Transaction ${transactionId.number} has been committed.`,
      );
    }
    if (starts && session?.kind === 'open') {
      // Several concurrent commands start it. The error is not transient, so that drivers do not retry for ever.
      throw new CommandError(
        'ConflictingOperationInProgress',
        'Only servers in a sharded cluster can start a new transaction at the active transaction number',
      );
    }
    if (!starts || session !== undefined) {
      throw noTransaction(transactionId.number, 'does not match any in-progress transactions.');
    }
    this.abort(transactionId.id);
    const transaction = this.#store.begin('session');
    const giveUp = this.#after(LIFETIME_MS, () => this.abort(transactionId.id));
    const peers = new Set([peer]);
    this.#set(transactionId.id, { kind: 'open', number: transactionId.number, transaction, giveUp, peers });
    return transaction;
  }

  /** Aborts the transactions whose connections are all closed. */
  closed(peer: Peer): void {
    for (const [id, session] of this.#sessions) {
      if (session.kind === 'open' && session.peers.delete(peer) && session.peers.size === 0) this.abort(id);
    }
  }

  /** Ends the transaction that a session may have open. */
  abort(id: string): void {
    const session = this.#sessions.get(id);
    if (session?.kind !== 'open') return;
    session.giveUp();
    this.#set(id, { kind: 'aborted', number: session.number });
    this.#store.abort(session.transaction);
  }

  abortAll(): void {
    for (const id of [...this.#sessions.keys()]) this.abort(id);
  }

  /** A repeated commit gets the same answer. @throws CommandError `NoSuchTransaction` */
  commit(transactionId: TransactionId): void {
    const session = this.#current(transactionId);
    if (session?.kind === 'answered') return;
    if (session?.kind !== 'open') throw noTransaction(transactionId.number, 'has been aborted.');
    session.giveUp();
    this.#store.commit(session.transaction);
    this.#answered(transactionId, {});
  }

  #answered({ id, number }: TransactionId, reply: Document): void {
    this.#set(id, { kind: 'answered', number, reply });
    this.#record({ kind: 'answer', session: id, number, reply });
  }

  /** Runs a retryable write once: when it is sent again, it gets the same answer. */
  async once(transactionId: TransactionId, run: () => Promise<Document>): Promise<Document> {
    const session = this.#current(transactionId);
    if (session?.kind === 'answered' || session?.kind === 'running') return session.reply;
    this.abort(transactionId.id);
    const reply = run();
    this.#set(transactionId.id, { kind: 'running', number: transactionId.number, reply });
    try {
      const answer = await reply;
      this.#answered(transactionId, answer);
      return answer;
    } catch (error) {
      this.#sessions.delete(transactionId.id);
      throw error;
    }
  }
}
