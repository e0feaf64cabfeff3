import { Binary } from 'bson';
import { isDocument, type Document } from '../bson/document.js';
import { CommandError, TRANSIENT } from '../errors.js';
import type { Call, Command } from './command.js';
import { transactionIdOf, type TransactionId } from './sessions.js';

const requiredTransactionId = ({ args }: Call): TransactionId => {
  const transactionId = transactionIdOf({ lsid: args.any('lsid'), txnNumber: args.any('txnNumber') });
  args.any('recoveryToken');
  args.end();
  if (transactionId !== undefined && args.any('autocommit') === false) return transactionId;
  throw new CommandError('InvalidOptions', 'Transaction commands need lsid, txnNumber and autocommit: false');
};

const commit = (call: Call): Document => {
  call.instance.sessions.commit(requiredTransactionId(call));
  return {};
};

const abort = (call: Call): Document => {
  const { id, number } = requiredTransactionId(call);
  if (call.transaction === undefined) {
    throw new CommandError('NoSuchTransaction', `Transaction ${number} is not in progress.`, TRANSIENT);
  }
  call.instance.sessions.abort(id);
  return {};
};

const endSessions = ({ instance, subject, args }: Call): Document => {
  args.end();
  for (const session of Array.isArray(subject) ? subject : []) {
    if (isDocument(session) && session.id instanceof Binary)
      instance.sessions.abort(session.id.toString('hex'));
  }
  return {};
};

export const transactionCommands: Readonly<Record<string, Command>> = {
  commitTransaction: { run: commit, inTransaction: true },
  abortTransaction: { run: abort, inTransaction: true },
  endSessions: { run: endSessions },
  killSessions: { run: endSessions },
  refreshSessions: { run: () => ({}) },
};
