import { QueueError } from '@typed-queue/contracts';
import type { ClientSession, HydratedDocument } from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import type { Change, Context, Page, ListQuery, Repository, Stored } from '../repository.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { collectionOf, type Raw } from './collections.js';
import type { Database } from './database.js';
import { checkFields, documentUnknown, isId, storedOf } from './documents.js';
import { isTransient, queueErrorOf } from './errors.js';
import { listPage } from './list.js';
import { holdReferences, refuseReferred } from './references.js';

/** The documents of a model in MongoDB. The model has to be one of those that the database was opened with. */
export const mongooseRepository = <F extends Fields>(model: Model<F>, database: Database): Repository<F> =>
  new MongooseRepository(model, database);

class MongooseRepository<F extends Fields> implements Repository<F> {
  readonly #model: Model<F>;
  readonly #database: Database;

  constructor(model: Model<F>, database: Database) {
    this.#model = model;
    this.#database = database;
  }

  create(fields: F, context: Context = {}): Promise<Stored<F>> {
    return this.#write(context, async ({ session }) => {
      const after = checkFields(this.#model, fields);
      await holdReferences(this.#connection, this.#model.name, { after }, session);
      const now = this.#now();
      const document = new this.#collection({ ...after, revision: 1, createdAt: now, updatedAt: now });
      await document.save({ session });
      return this.#stored(document);
    });
  }

  read(id: string, { unit }: Context = {}): Promise<Stored<F>> {
    return this.#read(unit, async () => {
      if (!isId(id)) throw documentUnknown(this.#model.name, id);
      const raw = await this.#collection
        .findById(id)
        .session(unit?.session ?? null)
        .lean<Raw>();
      if (raw === null) throw documentUnknown(this.#model.name, id);
      return storedOf(this.#model, raw);
    });
  }

  list(query: ListQuery, context: Context = {}): Promise<Page<F>> {
    return this.#read(context.unit, () => listPage(this.#collection, this.#model, query, context));
  }

  replace(id: string, fields: F, expected?: number, context?: Context): Promise<Change<F>> {
    return this.#change(id, () => fields, expected, context);
  }

  patch(id: string, changes: Partial<F>, expected?: number, context?: Context): Promise<Change<F>> {
    return this.#change(id, (before) => ({ ...before, ...changes }), expected, context);
  }

  delete(id: string, expected?: number, context: Context = {}): Promise<Stored<F>> {
    return this.#write(context, async ({ session }) => {
      const before = this.#stored(await this.#find(id, expected, session));
      await refuseReferred(this.#connection, this.#model.name, id, session);
      await this.#collection.deleteOne({ _id: id }, { session });
      return before;
    });
  }

  #change(
    id: string,
    next: (before: Fields) => unknown,
    expected: number | undefined,
    context: Context = {},
  ): Promise<Change<F>> {
    return this.#write(context, async ({ session }) => {
      const document = await this.#find(id, expected, session);
      const before = this.#stored(document);
      const after = checkFields(this.#model, next(this.#fieldsOf(before)));
      await holdReferences(this.#connection, this.#model.name, { before, after }, session);
      const names = Object.keys(this.#model.fields.shape);
      // What is undefined is removed.
      for (const name of names) document.set(name, after[name]);
      document.set({ revision: before.revision + 1, updatedAt: this.#now() });
      await document.save({ session });
      return { before, after: this.#stored(document) };
    });
  }

  async #find(
    id: string,
    expected: number | undefined,
    session: ClientSession,
  ): Promise<HydratedDocument<Raw>> {
    const { name } = this.#model;
    const document = isId(id) ? await this.#collection.findById(id).session(session) : null;
    if (document === null) throw documentUnknown(name, id);
    const { revision } = document;
    if (expected === undefined || expected === revision) return document;
    const text = `The ${name} "${id}" has the revision ${revision}, not ${expected}: read it again.`;
    throw new QueueError('revision_conflict', text, { details: { id, expected, revision } });
  }

  /** Without those that every document has. */
  #fieldsOf(document: Stored<F>): Fields {
    const names = Object.keys(this.#model.fields.shape);
    return Object.fromEntries(
      names.filter((name) => Object.hasOwn(document, name)).map((name) => [name, document[name]]),
    );
  }

  /** In the caller's transaction, which is done again as a whole, or again when its connection fails. */
  #read<T>(unit: UnitOfWork | undefined, work: () => Promise<T>): Promise<T> {
    const run = () => this.#run(work);
    return unit === undefined ? this.#database.retry(run) : run();
  }

  /** In the caller's transaction, or in one of its own. */
  #write<T>({ unit }: Context, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    return unit === undefined
      ? this.#run(() => this.#database.transact((own) => this.#run(() => work(own))))
      : this.#run(() => work(unit));
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Whoever runs the transaction has to see by it that it may be done again.
      if (isTransient(error)) throw error;
      throw queueErrorOf(error, this.#model.name);
    }
  }

  #stored(document: HydratedDocument<Raw>): Stored<F> {
    // Safe: the document as Mongoose would store it.
    return storedOf(this.#model, document.toObject() as Raw);
  }

  #now(): Date {
    return new Date(this.#database.now());
  }

  get #connection() {
    return this.#database.connection;
  }

  get #collection() {
    return collectionOf(this.#connection, this.#model.name);
  }
}
