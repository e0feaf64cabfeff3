import { ApiError, type Issue } from '@typed-queue/contracts';
import { Types, type ClientSession } from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import { collectionOf } from './collections.js';
import type { Database } from './database.js';
import { ReferenceHolds } from './reference-holds.js';
import { referencePaths, referencesOf, type Reference } from './references.js';

/** A document whose references change. */
interface Referring {
  /** The prefix of the paths of its fields: `3.`; empty for a single document. */
  readonly prefix: string;
  readonly before?: Fields;
  readonly after: Fields;
}

/** A field by which documents of another model refer to this one. */
interface ReferringField {
  readonly model: string;
  readonly path: string;
}

/** How many of those that refer to a document are named. */
const MAX_NAMED = 20;

/** Keeps every reference from and to the documents of a model valid. */
export class ReferentialIntegrity {
  readonly #model: Model;
  readonly #database: Database;
  readonly #holds: ReferenceHolds;
  readonly #referring: readonly ReferringField[];

  constructor(model: Model, database: Database) {
    this.#model = model;
    this.#database = database;
    this.#holds = new ReferenceHolds(database.connection);
    this.#referring = database.models.flatMap((other) =>
      referencePaths(other)
        .filter(({ target }) => target === model.name)
        .map(({ path }) => ({ path, model: other.name })),
    );
  }

  /**
   * Holds what documents refer to from now on.
   * @throws ApiError `reference_unknown`, with all `issues`
   */
  async hold(documents: readonly Referring[], session: ClientSession): Promise<void> {
    const added = documents.flatMap((document) => this.#added(document));
    if (added.length === 0) return;
    const found = await this.#found(added, session);
    const unknown = added.filter((reference) => !found.has(keyOf(reference)));
    if (unknown.length > 0) throw referenceUnknown(this.#model.name, unknown);
    await this.#holds.hold([...new Set(added.map(keyOf))], session);
  }

  /**
   * Lets nobody refer to documents that are deleted.
   * @throws ApiError `document_in_use` when others refer to them
   */
  async release(ids: readonly string[], session: ClientSession): Promise<void> {
    if (this.#referring.length === 0 || ids.length === 0) return;
    for (const field of this.#referring) await this.#refuseReferred(field, ids, session);
    const documents = ids.map((id) => keyOf({ target: this.#model.name, id }));
    await this.#holds.lock(documents, new Date(this.#database.now()), session);
  }

  #added({ prefix, before = {}, after }: Referring): readonly Reference[] {
    const had = new Set(referencesOf(this.#model, before).map(keyOf));
    return referencesOf(this.#model, after)
      .filter((reference) => !had.has(keyOf(reference)))
      .map((reference) => ({ ...reference, path: `${prefix}${reference.path}` }));
  }

  /** The documents that are there, of those that are referred to. */
  async #found(references: readonly Reference[], session: ClientSession): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const target of new Set(references.map((reference) => reference.target))) {
      const ids = references.filter((reference) => reference.target === target).map(({ id }) => id);
      const documents = await collectionOf(this.#database.connection, target)
        .find({ _id: { $in: [...new Set(ids)] } }, { _id: 1 })
        .session(session)
        .lean();
      for (const { _id } of documents) found.add(keyOf({ target, id: _id.toHexString() }));
    }
    return found;
  }

  async #refuseReferred(
    { path, model }: ReferringField,
    ids: readonly string[],
    session: ClientSession,
  ): Promise<void> {
    const deleted = ids.map((id) => new Types.ObjectId(id));
    // Those that go as well may refer to each other.
    const others = model === this.#model.name ? { _id: { $nin: deleted } } : {};
    const found = await collectionOf(this.#database.connection, model)
      .find({ [path]: { $in: deleted }, ...others })
      .limit(MAX_NAMED)
      .session(session)
      .lean();
    if (found.length === 0) return;
    const text = `The ${this.#model.name} cannot be deleted: a ${model} refers to it by its ${path}.`;
    const issues = found.map(({ _id }): Issue => ({
      path: _id.toHexString(),
      message: `this ${model} refers to it by its ${path}`,
    }));
    throw new ApiError('document_in_use', text, { details: { model, field: path, issues } });
  }
}

const keyOf = ({ target, id }: Pick<Reference, 'target' | 'id'>): string => `${target}/${id}`;

const referenceUnknown = (name: string, unknown: readonly Reference[]): ApiError => {
  // Without the name of the other model: the caller may have no right to it.
  const issues = unknown.map(({ path, id }) => ({ path, message: `there is no document "${id}"` }));
  const [first] = unknown;
  const text = `The ${name} refers to what does not exist: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`;
  return new ApiError('reference_unknown', text, {
    details: { field: first?.path, model: first?.target, id: first?.id, issues },
  });
};
