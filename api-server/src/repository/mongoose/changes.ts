import { ApiError, type Issue } from '@typed-queue/contracts';
import { mongo, type ClientSession, type Model as Collection } from 'mongoose';
import { isDeepStrictEqual } from 'node:util';
import type { Fields, Model } from '../../models/model.js';
import type { Change, Stored } from '../repository.js';
import type { Raw } from './collections.js';
import { fieldsOf } from './documents.js';

/** What a document becomes with these fields; both are the same when nothing changes. */
export const changeOf = <F extends Fields>(
  model: Model<F>,
  before: Stored<F>,
  fields: F,
  now: Date,
): Change<F> => {
  if (isDeepStrictEqual(fieldsOf(model, before), fields)) return { before, after: before };
  const { id, revision, createdAt } = before;
  const after = { id, ...fields, revision: revision + 1, createdAt, updatedAt: now.toISOString() };
  return { before, after };
};

export const isChanged = ({ before, after }: Change): boolean => before.revision !== after.revision;

/** The update of a change: the fields that differ, as a whole. */
const updateOf = ({ before, after }: Change): { $set: Fields; $unset: Fields } => ({
  $set: Object.fromEntries(
    Object.entries(after).filter(([name, value]) => name !== 'id' && !isDeepStrictEqual(value, before[name])),
  ),
  $unset: Object.fromEntries(
    Object.keys(before)
      .filter((name) => !Object.hasOwn(after, name))
      .map((name) => [name, 1]),
  ),
});

/** Writes changes, in one command. */
export const writeChanges = async (
  collection: Collection<Raw>,
  changes: readonly Change[],
  session: ClientSession,
): Promise<void> => {
  const [first, ...others] = changes;
  if (first === undefined) return;
  if (others.length === 0) {
    await collection.updateOne({ _id: first.before.id }, updateOf(first), { session });
    return;
  }
  const writes = changes.map((change) => ({
    updateOne: { filter: { _id: change.before.id }, update: updateOf(change) },
  }));
  try {
    await collection.bulkWrite(writes, { session });
  } catch (error) {
    throw namingDuplicate(error, (index) => changes[index]?.before.id);
  }
};

const DUPLICATE_KEY = 11000;

/** An error of several writes names the document that failed; any other error stays as it is. */
export const namingDuplicate = (error: unknown, placeAt: (index: number) => string | undefined): unknown => {
  if (!(error instanceof mongo.MongoBulkWriteError) || error.code !== DUPLICATE_KEY) return error;
  const issues = [error.writeErrors].flat().map(({ index }): Issue => {
    const message = 'another document has the same value in a field that is unique';
    return { path: placeAt(index) ?? '', message };
  });
  const text = `${issues.map(({ path }) => path).join(', ')}: another document has the same value in a field that is unique.`;
  return new ApiError('duplicate_key', text, { details: { issues }, cause: error });
};
