import { Long } from 'bson';
import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { Arguments } from './arguments.js';
import { namespaceOf, type Call, type Command } from './command.js';
import { deleteStatement, insertStatement, updateStatement } from './write-commands.js';
import { batch } from './writing.js';

/** What one operation did: an element of the answer. */
interface Done {
  readonly n: number;
  readonly nModified?: number;
  readonly upserted?: Document;
}

const KINDS = ['insert', 'update', 'delete'] as const;
type Kind = (typeof KINDS)[number];

const COUNTERS = { insert: 'nInserted', update: 'nMatched', delete: 'nDeleted' } as const;

const kindOf = (operation: Document): Kind => {
  const [name] = Object.keys(operation);
  const kind = KINDS.find((known) => known === name);
  if (kind !== undefined) return kind;
  throw new CommandError('FailedToParse', `bulkWrite: unknown operation '${name ?? ''}'`);
};

/** `database.collection` of each element of `nsInfo`. */
const namespacesOf = (call: Call): readonly string[] =>
  call.args.documents('nsInfo').map((info) => {
    const fields = new Arguments('bulkWrite.nsInfo', info);
    const [database = '', ...rest] = fields.string('ns').split('.');
    fields.end();
    return namespaceOf({ database, subject: rest.join('.') });
  });

type Run = (call: Call, namespace: string, fields: Document, index: number) => Promise<Done>;

const runs: Readonly<Record<Kind, Run>> = {
  insert: async (call, namespace, fields) => {
    const args = new Arguments('bulkWrite.insert', fields);
    const document = args.document('document');
    args.end();
    await insertStatement(call, namespace, document);
    return { n: 1 };
  },
  update: async (call, namespace, { filter: q, updateMods: u, ...rest }, index) => {
    const { n, nModified, upserted } = await updateStatement(call, namespace, { q, u, ...rest }, index);
    const [made] = upserted;
    return { n, nModified, ...(made && { upserted: { _id: made._id } }) };
  },
  delete: async (call, namespace, { filter: q, multi, ...rest }) => {
    const limit = new Arguments('bulkWrite.delete', { multi }).boolean('multi', false) ? 0 : 1;
    return { n: await deleteStatement(call, namespace, { q, limit, ...rest }) };
  },
};

const run = (
  call: Call,
  namespaces: readonly string[],
  operation: Document,
  index: number,
): Promise<Done> => {
  const kind = kindOf(operation);
  const { [kind]: at, ...fields } = operation;
  const namespace = namespaces[Number(at)];
  if (namespace === undefined) {
    throw new CommandError('BadValue', `BulkWrite ops entry ${index} has an invalid nsInfo index.`);
  }
  return runs[kind](call, namespace, fields, index);
};

/** Writes to several collections: MongoDB 8.0. */
const bulkWrite = async (call: Call): Promise<Document> => {
  const { args, database } = call;
  if (database !== 'admin') {
    throw new CommandError('Unauthorized', 'bulkWrite may only be run against the admin database.');
  }
  const operations = args.documents('ops');
  const namespaces = namespacesOf(call);
  const ordered = args.boolean('ordered', true);
  const errorsOnly = args.boolean('errorsOnly', false);
  args.document('cursor', {});
  args.end();
  const counts = { nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Document[] = [];
  const { writeErrors = [] } = await batch(call, operations, ordered, async (operation, idx) => {
    const done = await run(call, namespaces, operation, idx);
    if (done.upserted === undefined) counts[COUNTERS[kindOf(operation)]] += done.n;
    else counts.nUpserted++;
    counts.nModified += done.nModified ?? 0;
    results.push({ ok: 1, idx, ...done });
  });
  const failed = writeErrors.map(({ index, ...error }) => ({ ok: 0, idx: index, n: 0, ...error }));
  const firstBatch = [...(errorsOnly ? [] : results), ...failed];
  return {
    cursor: { id: Long.ZERO, firstBatch, ns: 'admin.$cmd.bulkWrite' },
    nErrors: failed.length,
    ...counts,
  };
};

export const bulkWriteCommands: Readonly<Record<string, Command>> = {
  bulkWrite: { run: bulkWrite, inTransaction: true },
};
