import { isDocument, type Document } from '../bson/document.js';
import { keyOf } from '../bson/key.js';
import { parsePath, valuesAt } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { equalitiesOf } from '../query/equalities.js';
import { runPipeline } from '../query/pipeline.js';
import { projector } from '../query/projection.js';
import type { Transaction } from '../store/transaction.js';
import { namespaceOf, type Call, type Command } from './command.js';
import { select } from './reading.js';

/** What a read sees: its transaction, or the current commit. */
const viewOf = ({ transaction, instance }: Call): Transaction =>
  transaction ?? instance.store.begin('statement');

const find = (call: Call): Document => {
  const namespace = namespaceOf(call);
  const { args, instance } = call;
  const limit = args.integer('limit', 0);
  const selection = {
    filter: args.document('filter', {}),
    sort: args.document('sort', {}),
    skip: args.count('skip', 0),
    limit: Math.abs(limit) || Infinity,
  };
  const project = projector(args.document('projection', {}));
  const single = args.boolean('singleBatch', false) || limit < 0;
  const batchSize = args.has('batchSize') ? args.count('batchSize', 0) : undefined;
  args.end();
  const documents = select(instance.store, viewOf(call), namespace, selection).map(project);
  if (!single) return instance.cursors.begin(namespace, documents, batchSize);
  return instance.cursors.begin(namespace, documents.slice(0, batchSize), Infinity);
};

const aggregate = (call: Call): Document => {
  const namespace = namespaceOf(call);
  const { args, instance, database } = call;
  const pipeline = args.array('pipeline');
  const { batchSize } = args.document('cursor');
  args.end();
  const [first] = pipeline;
  const view = viewOf(call);
  const all = (name: string) => instance.store.documents(view, `${database}.${name}`, new Map());
  const equalities = isDocument(first) && isDocument(first.$match) ? equalitiesOf(first.$match) : new Map();
  const documents = instance.store.documents(view, namespace, equalities);
  const made = runPipeline(documents, pipeline, { collection: all });
  const size = batchSize === undefined ? undefined : Number(batchSize);
  return instance.cursors.begin(namespace, made, size);
};

const count = (call: Call): Document => {
  const namespace = namespaceOf(call);
  const { args, instance } = call;
  const selection = {
    filter: args.document('query', {}),
    skip: args.count('skip', 0),
    limit: Math.abs(args.integer('limit', 0)) || Infinity,
  };
  args.any('fields');
  args.end();
  return { n: select(instance.store, viewOf(call), namespace, selection).length };
};

const distinct = (call: Call): Document => {
  const namespace = namespaceOf(call);
  const { args, instance } = call;
  const path = parsePath(args.string('key'));
  const filter = args.document('query', {});
  args.end();
  const values = new Map<string, unknown>();
  for (const document of select(instance.store, viewOf(call), namespace, { filter })) {
    for (const value of valuesAt(document, path).flatMap((found) => found)) {
      if (value !== undefined && !values.has(keyOf(value))) values.set(keyOf(value), value);
    }
  }
  return { values: [...values.values()] };
};

/** The sum of a command that MongoDB refuses within a transaction, with its own advice. */
const countRefused = (call: Call): Document => {
  if (call.transaction === undefined) return count(call);
  throw new CommandError(
    'OperationNotSupportedInTransaction',
    "Cannot run 'count' in a multi-document transaction. Use countDocuments.",
  );
};

export const readCommands: Readonly<Record<string, Command>> = {
  find: { run: find, inTransaction: true },
  aggregate: { run: aggregate, inTransaction: true },
  distinct: { run: distinct, inTransaction: true },
  count: { run: countRefused, inTransaction: true },
};
