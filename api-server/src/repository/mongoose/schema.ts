import { Schema } from 'mongoose';
import type { Model } from '../../models/model.js';
import type { Structure, Value } from '../../models/structure.js';
import { referencePaths } from './references.js';

/** Unknown fields are errors. */
const STRICT = { strict: 'throw', strictQuery: 'throw', minimize: false, id: false } as const;

interface Path {
  readonly type: object;
  readonly default: undefined;
}

const typeOf = (value: Value): object => {
  switch (value.kind) {
    case 'string':
      return String;
    case 'number':
      return Number;
    case 'boolean':
      return Boolean;
    case 'date':
      return Date;
    case 'reference':
      return Schema.Types.ObjectId;
    case 'object':
      return new Schema(pathsOf(value.fields), { ...STRICT, _id: false });
    case 'array':
      return [typeOf(value.item)];
  }
};

/** Mongoose would give an array that is absent the default `[]`. */
const pathsOf = (structure: Structure): Record<string, Path> =>
  Object.fromEntries(
    Object.entries(structure).map(([name, { value }]) => [name, { type: typeOf(value), default: undefined }]),
  );

const ENTITY = {
  revision: { type: Number, required: true },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
};

/** The entity's fields that a list is sorted by. */
const ENTITY_SORTS = ['createdAt', 'updatedAt'];

/**
 * How Mongoose stores the documents of a model, with an index for each filter, sort and reference. Values are not
 * checked here: the repository checks them by the fields of the model.
 */
export const schemaOf = (model: Model): Schema => {
  const { structure, unique, filters, sorts } = model;
  const references = referencePaths(model).map(({ path }) => path);
  const schema = new Schema({ ...pathsOf(structure), ...ENTITY }, { ...STRICT, versionKey: false });
  for (const field of unique) schema.index({ [field]: 1 }, { unique: true });
  for (const field of new Set([...filters, ...sorts, ...references, ...ENTITY_SORTS])) {
    schema.index({ [field]: 1, _id: 1 });
  }
  return schema;
};
