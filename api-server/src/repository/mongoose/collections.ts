import { ApiError } from '@typed-queue/contracts';
import type { Connection, Model as Collection, Types } from 'mongoose';
import type { Model } from '../../models/model.js';
import { apiErrorOf } from './errors.js';
import { schemaOf } from './schema.js';

/** A document as it is stored. */
export interface Raw {
  readonly _id: Types.ObjectId;
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly [field: string]: unknown;
}

/** The documents of a model, as Mongoose has them. */
export const collectionOf = (connection: Connection, name: string): Collection<Raw> =>
  // Safe: the schemas of all models have these paths, and nobody else adds to this connection.
  connection.model(name) as Collection<Raw>;

/** Makes the collection of a model known to Mongoose. */
export const compile = (connection: Connection, model: Model): void => {
  connection.model(model.name, schemaOf(model), model.path);
};

/**
 * Makes the collection and the indexes that it lacks.
 * @throws ApiError when documents that are there already do not fit, or the database cannot be reached
 */
export const build = async (connection: Connection, { name, path }: Model): Promise<void> => {
  try {
    const collection = collectionOf(connection, name);
    await collection.createCollection();
    await collection.createIndexes();
  } catch (cause) {
    const { code, message, details } = apiErrorOf(cause, name);
    const text =
      code === 'duplicate_key'
        ? `Documents of the collection "${path}" have the same value in a field that must be unique: change or remove all but one of them.`
        : `The indexes of the collection "${path}" cannot be made. ${message}`;
    throw new ApiError(code, text, { details: { collection: path, ...details }, cause });
  }
};
