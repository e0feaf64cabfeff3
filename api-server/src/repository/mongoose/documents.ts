import { findIssues, QueueError } from '@typed-queue/contracts';
import { Types } from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import type { Stored } from '../repository.js';
import type { Raw } from './collections.js';

const ID = /^[0-9a-f]{24}$/;

export const isId = (id: unknown): id is string => typeof id === 'string' && ID.test(id);

const MAX_SHOWN = 100;

export const documentUnknown = (name: string, id: unknown): QueueError => {
  const shown = String(id).slice(0, MAX_SHOWN);
  return new QueueError('document_unknown', `There is no ${name} "${shown}".`, { details: { id: shown } });
};

/** A value as JSON has it: ids as texts, times as ISO 8601. */
const plain = (value: unknown): unknown => {
  if (value instanceof Types.ObjectId) return value.toHexString();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

/** A document of the domain, of what is stored. */
export const storedOf = <F extends Fields>(model: Model<F>, raw: Raw): Stored<F> => {
  const fields = Object.keys(model.fields.shape)
    .filter((field) => raw[field] !== undefined && raw[field] !== null)
    .map((field) => [field, plain(raw[field])] as const);
  // Safe: nothing is stored that `checkFields` did not let pass.
  return {
    id: raw._id.toHexString(),
    ...Object.fromEntries(fields),
    revision: raw.revision,
    createdAt: raw.createdAt.toISOString(),
    updatedAt: raw.updatedAt.toISOString(),
  } as Stored<F>;
};

/** @throws QueueError `document_invalid`, with all `issues` */
export const checkFields = <F extends Fields>({ name, fields }: Model<F>, given: unknown): F => {
  const issues = findIssues(fields, given);
  // Safe: the schema has said so.
  if (issues === undefined) return given as F;
  const list = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new QueueError('document_invalid', `The ${name} is not valid: ${list}`, { details: { issues } });
};
