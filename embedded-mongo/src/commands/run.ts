import { isDocument, type Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { Arguments } from './arguments.js';
import { bulkWriteCommands } from './bulk-write.js';
import { catalogueCommands } from './catalogue.js';
import type { Call, Command, Instance } from './command.js';
import { cursorCommands } from './cursor-commands.js';
import { findAndModifyCommands } from './find-and-modify.js';
import { helloCommands } from './hello.js';
import { readCommands } from './read-commands.js';
import { transactionIdOf, type Peer, type TransactionId } from './sessions.js';
import { transactionCommands } from './transactions.js';
import { writeCommands } from './write-commands.js';

const commands = new Map<string, Command & { readonly name: string }>(
  Object.entries({
    ...helloCommands,
    ...readCommands,
    ...writeCommands,
    ...bulkWriteCommands,
    ...findAndModifyCommands,
    ...cursorCommands,
    ...catalogueCommands,
    ...transactionCommands,
  }).map(([name, command]) => [name.toLowerCase(), { ...command, name }]),
);

const commandOf = (name: string): Command & { readonly name: string } => {
  const command = commands.get(name.toLowerCase());
  if (command !== undefined) return command;
  throw new CommandError('CommandNotFound', `no such command: '${name}'`);
};

const callOf = (instance: Instance, document: Document, transaction: Call['transaction']): Call => {
  const [[name, subject] = ['', undefined]] = Object.entries(document);
  const { $db: database = 'admin' } = document;
  if (typeof database !== 'string' || !/^[^/\\. "$\0]+$/.test(database)) {
    throw new CommandError('InvalidNamespace', `Invalid database name: '${String(database)}'`);
  }
  return { instance, database, subject, args: new Arguments(name, document), transaction };
};

/** Of its statements one or more failed. */
const hasFailed = (reply: Document): boolean => 'writeErrors' in reply || Number(reply.nErrors ?? 0) > 0;

/** A command of a transaction: a failure aborts the transaction. */
const runInTransaction = async (
  instance: Instance,
  document: Document,
  transactionId: TransactionId,
  peer: Peer,
): Promise<Document> => {
  const [name = ''] = Object.keys(document);
  const command = commandOf(name);
  if (command.name === 'commitTransaction') return command.run(callOf(instance, document, undefined));
  const transaction = instance.sessions.transaction(transactionId, document.startTransaction === true, peer);
  try {
    if (command.inTransaction !== true) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        `Cannot run '${command.name}' in a multi-document transaction.`,
      );
    }
    const reply = await command.run(callOf(instance, document, transaction));
    if (hasFailed(reply)) instance.sessions.abort(transactionId.id);
    return reply;
  } catch (error) {
    instance.sessions.abort(transactionId.id);
    throw error;
  }
};

const run = async (instance: Instance, document: Document, peer: Peer): Promise<Document> => {
  const transactionId = transactionIdOf(document);
  if (transactionId !== undefined && document.autocommit === false)
    return runInTransaction(instance, document, transactionId, peer);
  const command = commandOf(Object.keys(document)[0] ?? '');
  const once = async () => command.run(callOf(instance, document, undefined));
  return transactionId === undefined ? once() : instance.sessions.once(transactionId, once);
};

/** The answer of a failed command. */
export const failure = (error: unknown): Document => {
  const { code, codeName, message, extra } = error instanceof CommandError ? error : systemError(error);
  return { ok: 0, errmsg: message, code, codeName, ...extra };
};

const systemError = (error: unknown): CommandError => {
  const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return new CommandError(full ? 'OutOfDiskSpace' : 'UnknownError', String(error));
};

/** Whether a command wants to be answered only when the disk has what it wrote. */
export const wantsDisk = ({ writeConcern }: Document): boolean =>
  isDocument(writeConcern) && (writeConcern.j === true || writeConcern.journal === true);

/** Answers a command of a connection, errors too; it never rejects. */
export const answer = async (instance: Instance, document: Document, peer: Peer): Promise<Document> => {
  try {
    return { ...(await run(instance, document, peer)), ok: 1 };
  } catch (error) {
    return failure(error);
  }
};
