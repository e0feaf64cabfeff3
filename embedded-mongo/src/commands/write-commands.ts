import type { Document } from '../bson/document.js';
import { checkStorable, withId } from '../bson/storable.js';
import { CommandError } from '../errors.js';
import { isModifying } from '../update/update.js';
import { Arguments } from './arguments.js';
import { namespaceOf, type Call, type Command } from './command.js';
import { select } from './reading.js';
import { batch, readUpdate, updateOne, upsertOne, write } from './writing.js';

const insert = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const documents = call.args.documents('documents');
  const ordered = call.args.boolean('ordered', true);
  call.args.end();
  let n = 0;
  const errors = await batch(call, documents, ordered, async (document) => {
    await insertStatement(call, namespace, document);
    n++;
  });
  return { n, ...errors };
};

export const insertStatement = async (call: Call, namespace: string, document: Document): Promise<void> => {
  const made = withId(document);
  checkStorable(made);
  await write(call, (transaction) => call.instance.store.insert(transaction, namespace, made));
};

/** What one statement did. */
export interface Updated {
  readonly n: number;
  readonly nModified: number;
  readonly upserted: readonly Document[];
}

export const updateStatement = async (
  call: Call,
  namespace: string,
  statement: Document,
  index: number,
): Promise<Updated> => {
  const fields = new Arguments('update.updates', statement);
  const filter = fields.document('q');
  const spec = fields.any('u');
  const multi = fields.boolean('multi', false);
  const parsed = readUpdate(fields, filter, spec);
  fields.end();
  if (multi && !isModifying(spec)) {
    throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  const selection = { filter, limit: multi ? Infinity : 1 };
  return write(call, (transaction) => {
    const { store } = call.instance;
    const to = { store, transaction, namespace };
    const found = select(store, transaction, namespace, selection);
    if (found.length === 0 && parsed.upsert) {
      const { _id } = upsertOne(to, parsed);
      return { n: 1, nModified: 0, upserted: [{ index, _id }] };
    }
    const changed = found.filter((document) => updateOne(to, document, parsed) !== document);
    return { n: found.length, nModified: changed.length, upserted: [] };
  });
};

const update = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const updates = call.args.documents('updates');
  const ordered = call.args.boolean('ordered', true);
  call.args.end();
  const done: Updated[] = [];
  const errors = await batch(call, updates, ordered, async (statement, index) => {
    done.push(await updateStatement(call, namespace, statement, index));
  });
  const sum = (count: (one: Updated) => number) => done.reduce((total, one) => total + count(one), 0);
  const upserted = done.flatMap((one) => one.upserted);
  return {
    n: sum(({ n }) => n),
    nModified: sum(({ nModified }) => nModified),
    ...(upserted.length > 0 && { upserted }),
    ...errors,
  };
};

/** Returns how many were deleted. */
export const deleteStatement = async (
  call: Call,
  namespace: string,
  statement: Document,
): Promise<number> => {
  const { store } = call.instance;
  const fields = new Arguments('delete.deletes', statement);
  const selection = {
    filter: fields.document('q'),
    limit: fields.count('limit', 0) || Infinity,
  };
  fields.end();
  return write(call, (transaction) => {
    const found = select(store, transaction, namespace, selection);
    for (const { _id } of found) store.write(transaction, namespace, _id, undefined);
    return found.length;
  });
};

const remove = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const deletes = call.args.documents('deletes');
  const ordered = call.args.boolean('ordered', true);
  call.args.end();
  let n = 0;
  const errors = await batch(call, deletes, ordered, async (statement) => {
    n += await deleteStatement(call, namespace, statement);
  });
  return { n, ...errors };
};

export const writeCommands: Readonly<Record<string, Command>> = {
  insert: { run: insert, inTransaction: true },
  update: { run: update, inTransaction: true },
  delete: { run: remove, inTransaction: true },
};
