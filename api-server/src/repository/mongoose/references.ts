import { QueueError } from '@typed-queue/contracts';
import { Types, type ClientSession, type Connection } from 'mongoose';
import type { Fields } from '../../models/model.js';
import { collectionOf } from './collections.js';

interface Reference {
  readonly field: string;
  /** The name of the model that it leads to. */
  readonly target: string;
}

const referencesOf = (connection: Connection, name: string): readonly Reference[] => {
  const references: Reference[] = [];
  collectionOf(connection, name).schema.eachPath((field, { options }) => {
    // Safe: `strictSchema` takes no other references than names.
    const { ref } = options as { readonly ref?: string };
    if (ref !== undefined) references.push({ field, target: ref });
  });
  return references;
};

/**
 * Sees to it that what a document refers to exists, and is not deleted at the same time: the count that it raises
 * makes the two transactions conflict, which reading alone would not.
 * @throws QueueError `reference_unknown`
 */
export const holdReferences = async (
  connection: Connection,
  name: string,
  { before = {}, after }: { readonly before?: Fields; readonly after: Fields },
  session: ClientSession,
): Promise<void> => {
  for (const { field, target } of referencesOf(connection, name)) {
    const id = after[field];
    if (typeof id !== 'string' || id === before[field]) continue;
    const { collection } = collectionOf(connection, target);
    const filter = { _id: new Types.ObjectId(id) };
    const held = await collection.updateOne(filter, { $inc: { referrals: 1 } }, { session });
    if (held.matchedCount > 0) continue;
    const text = `The ${field} of the ${name} is "${id}", but there is no such ${target}.`;
    throw new QueueError('reference_unknown', text, { details: { field, model: target, id } });
  }
};

/** @throws QueueError `document_in_use` when others refer to the document */
export const refuseReferred = async (
  connection: Connection,
  name: string,
  id: string,
  session: ClientSession,
): Promise<void> => {
  for (const other of connection.modelNames()) {
    for (const { field, target } of referencesOf(connection, other)) {
      if (target !== name) continue;
      const referring = await collectionOf(connection, other)
        .exists({ [field]: id })
        .session(session);
      if (referring === null) continue;
      const text = `The ${name} cannot be deleted: a ${other} refers to it by its ${field}.`;
      throw new QueueError('document_in_use', text, { details: { model: other, field } });
    }
  }
};
