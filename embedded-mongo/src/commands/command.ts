import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';
import type { Arguments } from './arguments.js';
import type { Cursors } from './cursors.js';
import type { Sessions } from './sessions.js';

/** What commands work on. */
export interface Instance {
  readonly store: Store;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  /** `host:port`, as drivers shall connect. */
  readonly address: string;
  /** Names this process. */
  readonly processId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One received command. */
export interface Call {
  readonly instance: Instance;
  readonly database: string;
  /** The value of the command's first field: the collection, mostly. */
  readonly subject: unknown;
  readonly args: Arguments;
  /** The transaction of the session that it belongs to. */
  readonly transaction: Transaction | undefined;
}

export interface Command {
  readonly run: (call: Call) => Document | Promise<Document>;
  /** Whether it may be part of a transaction. Default: no. */
  readonly inTransaction?: true;
}

/** `database.collection` of a command. @throws CommandError `InvalidNamespace` */
export const namespaceOf = ({ database, subject }: Pick<Call, 'database' | 'subject'>): string => {
  if (typeof subject !== 'string' || subject === '' || subject.includes('\0') || subject.startsWith('.')) {
    throw new CommandError(
      'InvalidNamespace',
      `Invalid namespace specified '${database}.${String(subject)}'`,
    );
  }
  return `${database}.${subject}`;
};
