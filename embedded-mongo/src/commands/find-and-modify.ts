import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { projector } from '../query/projection.js';
import { namespaceOf, type Call, type Command } from './command.js';
import { select } from './reading.js';
import {
  readUpdate,
  updateOne,
  upsertOne,
  write,
  type Destination,
  type UpdateStatement,
} from './writing.js';

/** What to do with the document that is found. */
type Action =
  | { readonly kind: 'remove' }
  | { readonly kind: 'update'; readonly statement: UpdateStatement; readonly returnNew: boolean };

interface Outcome {
  readonly lastErrorObject: Document;
  readonly value: Document | undefined;
}

const actionOf = ({ args }: Call, filter: Document): Action => {
  const removes = args.boolean('remove', false);
  const returnNew = args.boolean('new', false);
  if (removes && (args.has('update') || returnNew || args.boolean('upsert', false))) {
    throw new CommandError(
      'FailedToParse',
      "Cannot specify 'remove' together with 'update', 'upsert' or 'new'",
    );
  }
  if (removes) return { kind: 'remove' };
  if (!args.has('update')) {
    throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified');
  }
  const statement = readUpdate(args, filter, args.any('update'));
  return { kind: 'update', statement, returnNew };
};

const apply = (to: Destination, found: Document | undefined, action: Action): Outcome => {
  if (action.kind === 'remove') {
    if (found) to.store.write(to.transaction, to.namespace, found._id, undefined);
    return { lastErrorObject: { n: found ? 1 : 0 }, value: found };
  }
  const { statement, returnNew } = action;
  if (found !== undefined) {
    const made = updateOne(to, found, statement);
    return { lastErrorObject: { n: 1, updatedExisting: true }, value: returnNew ? made : found };
  }
  if (!statement.upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: undefined };
  const made = upsertOne(to, statement);
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: made._id },
    value: returnNew ? made : undefined,
  };
};

const findAndModify = async (call: Call): Promise<Document> => {
  const namespace = namespaceOf(call);
  const { args, instance } = call;
  const filter = args.document('query', {});
  const sort = args.document('sort', {});
  const project = projector(args.document('fields', {}));
  const action = actionOf(call, filter);
  args.end();
  const { lastErrorObject, value } = await write(call, (transaction) => {
    const [found] = select(instance.store, transaction, namespace, { filter, sort, limit: 1 });
    return apply({ store: instance.store, transaction, namespace }, found, action);
  });
  return { lastErrorObject, value: value === undefined ? null : project(value) };
};

export const findAndModifyCommands: Readonly<Record<string, Command>> = {
  findAndModify: { run: findAndModify, inTransaction: true },
};
