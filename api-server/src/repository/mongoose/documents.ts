import { findIssues, ApiError, type Issue } from '@typed-queue/contracts';
import { Types } from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import type { Stored } from '../repository.js';
import type { Raw } from './collections.js';

const ID = /^[0-9a-f]{24}$/;

export const isId = (id: unknown): id is string => typeof id === 'string' && ID.test(id);

const MAX_SHOWN = 100;

export const documentUnknown = (name: string, id: unknown): ApiError => {
  const shown = String(id).slice(0, MAX_SHOWN);
  return new ApiError('document_unknown', `There is no ${name} "${shown}".`, { details: { id: shown } });
};

/** A value as JSON has it: ids as texts, times as ISO 8601, and no -0. */
const plain = (value: unknown): unknown => {
  if (value === 0) return 0;
  if (value instanceof Types.ObjectId) return value.toHexString();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

/** A document of the domain, of what is stored. */
export const storedOf = <F extends Fields>(model: Model<F>, raw: Raw): Stored<F> => {
  const fields = Object.keys(model.structure)
    .filter((field) => raw[field] !== undefined)
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

/** Without what every document has. */
export const fieldsOf = <F extends Fields>({ structure }: Model<F>, document: Stored<F>): Fields =>
  Object.fromEntries(
    Object.keys(structure)
      .filter((name) => Object.hasOwn(document, name))
      .map((name) => [name, document[name]]),
  );

/** Fields from outside, and the path of their document in issues: its index or id among several, empty for one. */
export interface Given {
  readonly path: string;
  readonly fields: unknown;
}

/** The same, with fields as the model's schema leaves them. */
type Checked<G extends Given, F extends Fields> = Omit<G, 'fields'> & { readonly fields: F };

/** The prefix of the paths of a document's fields. */
export const prefixOf = (path: string): string => (path === '' ? '' : `${path}.`);

/**
 * Checks fields by the model's schema.
 * @throws ApiError `document_invalid`, with all `issues` of all
 */
export const checkAll = <G extends Given, F extends Fields>(
  { name, fields: schema }: Model<F>,
  all: readonly G[],
): readonly Checked<G, F>[] => {
  const issues: Issue[] = [];
  const checked = all.flatMap((given) => {
    const result = schema.safeParse(given.fields);
    // Safe: what came as JSON stays what it is, but for -0.
    if (result.success) return { ...given, fields: plain(result.data) as F };
    for (const { path, message } of findIssues(schema, given.fields) ?? []) {
      issues.push({ path: path === '' ? given.path : `${prefixOf(given.path)}${path}`, message });
    }
    return [];
  });
  if (issues.length === 0) return checked;
  const list = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new ApiError('document_invalid', `The ${name} is not valid: ${list}`, { details: { issues } });
};
