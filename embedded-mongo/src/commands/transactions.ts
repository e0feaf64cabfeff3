import { Binary } from 'bson';
import { isDocument, type Document } from '../bson/document.js';
import { CommandError, TRANSIENT } from '../errors.js';
import type { Call, Command } from './command.js';
import { sessionPlace, type SessionPlace } from './sessions.js';

const placeOf = ({ args }: Call): SessionPlace => {
  const place = sessionPlace({ lsid: args.any('lsid'), txnNumber: args.any('txnNumber') });
  args.any('recoveryToken');
  args.end();
  if (place !== undefined && args.any('autocommit') === false) return place;
  throw new CommandError('InvalidOptions', 'Transaction commands need lsid, txnNumber and autocommit: false');
};

const commit = (call: Call): Document => {
  call.instance.sessions.commit(placeOf(call));
  return {};
};

const abort = (call: Call): Document => {
  const { id, number } = placeOf(call);
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
