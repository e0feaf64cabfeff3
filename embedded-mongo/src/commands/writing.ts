import type { Document } from '../bson/document.js';
import { checkStorable, withId } from '../bson/storable.js';
import { changeAt, parsePath } from '../bson/path.js';
import { CommandError, TRANSIENT } from '../errors.js';
import { equalitiesOf } from '../query/equalities.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';
import { compileUpdate, type Update } from '../update/update.js';
import { elementFilters, type Target } from '../update/target.js';
import type { Arguments } from './arguments.js';
import type { Call } from './command.js';

/** Does one write: in the transaction of the session, or in one of its own. */
export const write = async <T>(call: Call, work: (transaction: Transaction) => T): Promise<T> =>
  call.transaction === undefined ? call.instance.store.statement(work) : work(call.transaction);

/** Runs the statements of a batch in order. A failure is reported with its index, and ends an ordered batch. */
export const batch = async (
  call: Call,
  statements: readonly Document[],
  ordered: boolean,
  run: (statement: Document, index: number) => Promise<void>,
): Promise<{ readonly writeErrors?: readonly Document[] }> => {
  const writeErrors: Document[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      await run(statement, index);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      // The whole transaction may be run again, so all of the command has failed.
      if (error.extra.errorLabels === TRANSIENT.errorLabels) throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.extra });
      if (ordered || call.transaction !== undefined) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
};

/** Where a write goes, and in which transaction. */
export interface Destination {
  readonly store: Store;
  readonly transaction: Transaction;
  readonly namespace: string;
}

/** An update of any command. */
export interface UpdateStatement {
  readonly filter: Document;
  readonly update: Update;
  readonly target: Target;
  readonly upsert: boolean;
}

/** Reads what `update` and `findAndModify` share. @throws CommandError */
export const readUpdate = (args: Arguments, filter: Document, spec: unknown): UpdateStatement => {
  const arrayFilters = elementFilters(args.array('arrayFilters', []), spec);
  return {
    filter,
    update: compileUpdate(spec),
    target: { filter, arrayFilters },
    upsert: args.boolean('upsert', false),
  };
};

/** Updates one document and returns it: the same object when nothing changed. */
export const updateOne = (
  { store, transaction, namespace }: Destination,
  document: Document,
  { update, target }: UpdateStatement,
): Document => {
  const made = update(document, target, false);
  if (made === document) return document;
  checkStorable(made);
  store.write(transaction, namespace, made._id, made);
  return made;
};

/** Inserts what an update makes of the equalities of its filter. */
export const upsertOne = (
  { store, transaction, namespace }: Destination,
  { filter, update, target }: UpdateStatement,
): Document => {
  const start = [...equalitiesOf(filter)].reduce<Document>((document, [name, values]) => {
    const [value, ...more] = values;
    // Safe: a change at a path of a document makes a document.
    return more.length > 0 ? document : (changeAt(document, parsePath(name), () => value) as Document);
  }, {});
  const made = withId(update(start, target, true));
  checkStorable(made);
  store.insert(transaction, namespace, made);
  return made;
};
