import type { Document } from '../bson/document.js';
import { checkStorable, withId } from '../bson/storable.js';
import { CommandError } from '../errors.js';
import type { Transaction } from '../store/transaction.js';
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
    const made = withId(document);
    checkStorable(made);
    await write(call, (transaction) => call.instance.store.insert(transaction, namespace, made));
    n++;
  });
  return { n, ...errors };
};

/** What one statement did. */
interface Updated {
  readonly n: number;
  readonly nModified: number;
  readonly upserted: readonly Document[];
}

const updateStatement = (call: Call, statement: Document, index: number) => {
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
  return (transaction: Transaction, namespace: string): Updated => {
    const { store } = call.instance;
    const to = { store, transaction, namespace };
    const found = select(store, transaction, namespace, selection);
    if (found.length === 0 && parsed.upsert) {
      const { _id } = upsertOne(to, parsed);
      return { n: 1, nModified: 0, upserted: [{ index, _id }] };
    }
    const changed = found.filter((document) => updateOne(to, document, parsed) !== document);
    return { n: found.length, nModified: changed.length, upserted: [] };
  };
};

const update = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const updates = call.args.documents('updates');
  const ordered = call.args.boolean('ordered', true);
  call.args.end();
  const done: Updated[] = [];
  const errors = await batch(call, updates, ordered, async (statement, index) => {
    const run = updateStatement(call, statement, index);
    done.push(await write(call, (transaction) => run(transaction, namespace)));
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

const remove = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const { args, instance } = call;
  const deletes = args.documents('deletes');
  const ordered = args.boolean('ordered', true);
  args.end();
  let n = 0;
  const errors = await batch(call, deletes, ordered, async (statement) => {
    const fields = new Arguments('delete.deletes', statement);
    const selection = {
      filter: fields.document('q'),
      limit: fields.count('limit', 0) || Infinity,
    };
    fields.end();
    n += await write(call, (transaction) => {
      const found = select(instance.store, transaction, namespace, selection);
      for (const { _id } of found) instance.store.write(transaction, namespace, _id, undefined);
      return found.length;
    });
  });
  return { n, ...errors };
};

export const writeCommands: Readonly<Record<string, Command>> = {
  insert: { run: insert, inTransaction: true },
  update: { run: update, inTransaction: true },
  delete: { run: remove, inTransaction: true },
};
