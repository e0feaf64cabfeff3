import { ApiError } from '@typed-queue/contracts';
import { Types, type ClientSession } from 'mongoose';
import type { Fields, Model } from '../../models/model.js';
import { isJsonObject, merged, type MergePatch } from '../merge-patch.js';
import {
  MAX_MANY,
  type Change,
  type Context,
  type Expected,
  type Filter,
  type ListQuery,
  type Page,
  type Repository,
  type Stored,
} from '../repository.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { changeOf, isChanged, namingDuplicate, writeChanges } from './changes.js';
import { collectionOf, type Raw } from './collections.js';
import type { Database } from './database.js';
import { checkAll, documentUnknown, fieldsOf, isId, prefixOf, storedOf, type Given } from './documents.js';
import { isTransient, apiErrorOf } from './errors.js';
import { findMany, listPage } from './list.js';
import { ReferentialIntegrity } from './referential-integrity.js';

/** The documents of a model in MongoDB. The model has to be one of those that the database was opened with. */
export const mongooseRepository = <F extends Fields>(model: Model<F>, database: Database): Repository<F> =>
  new MongooseRepository(model, database);

/** A document to be changed, and its path among others. */
interface Found<F extends Fields> {
  readonly path: string;
  readonly before: Stored<F>;
}

class MongooseRepository<F extends Fields> implements Repository<F> {
  readonly #model: Model<F>;
  readonly #database: Database;
  readonly #integrity: ReferentialIntegrity;

  constructor(model: Model<F>, database: Database) {
    this.#model = model;
    this.#database = database;
    this.#integrity = new ReferentialIntegrity(model, database);
  }

  create(fields: F, context: Context = {}): Promise<Stored<F>> {
    return this.#write(context, async (unit) => {
      const [raw] = await this.#prepare([{ path: '', fields }], unit.session);
      const document = await this.#document(raw);
      await unit.insert(this.#model.path, [document]);
      return this.#stored(document);
    });
  }

  createMany(all: readonly F[], context: Context = {}): Promise<readonly Stored<F>[]> {
    return this.#write(context, async (unit) => {
      if (all.length > MAX_MANY) throw tooMany(all.length);
      const given = all.map((fields, index) => ({ path: String(index), fields }));
      const raws = await this.#prepare(given, unit.session);
      try {
        const documents = await Promise.all(raws.map((raw) => this.#document(raw)));
        await unit.insert(this.#model.path, documents);
        return documents.map((document) => this.#stored(document));
      } catch (error) {
        throw namingDuplicate(error, String);
      }
    });
  }

  read(id: string, { unit }: Context = {}): Promise<Stored<F>> {
    return this.#read(unit, async () => this.#stored(await this.#find(id, undefined, unit?.session ?? null)));
  }

  list(query: ListQuery, context: Context = {}): Promise<Page<F>> {
    return this.#read(context.unit, () => listPage(this.#collection, this.#model, query, context));
  }

  replace(id: string, fields: F, expected?: Expected, context?: Context): Promise<Change<F>> {
    return this.#changeOne(id, (before) => withoutEntity(before, fields), expected, context);
  }

  patch(id: string, patch: MergePatch<F>, expected?: Expected, context?: Context): Promise<Change<F>> {
    return this.#changeOne(id, (before) => this.#patched(before, patch), expected, context);
  }

  updateMany(filter: Filter, patch: MergePatch<F>, context: Context = {}): Promise<readonly Change<F>[]> {
    return this.#write(context, async ({ session }) => {
      const found = await findMany(this.#collection, this.#model, filter, session);
      const documents = found.map((raw) => ({ path: raw._id.toHexString(), before: this.#stored(raw) }));
      return this.#changeAll(documents, (before) => this.#patched(before, patch), session);
    });
  }

  delete(id: string, expected?: Expected, context: Context = {}): Promise<Stored<F>> {
    return this.#write(context, async ({ session }) => {
      const before = this.#stored(await this.#find(id, expected, session));
      await this.#deleteAll([before], session);
      return before;
    });
  }

  deleteMany(filter: Filter, context: Context = {}): Promise<readonly Stored<F>[]> {
    return this.#write(context, async ({ session }) => {
      const found = await findMany(this.#collection, this.#model, filter, session);
      const documents = found.map((raw) => this.#stored(raw));
      await this.#deleteAll(documents, session);
      return documents;
    });
  }

  /** New documents as they will be stored, when everything in them is right. */
  async #prepare(given: readonly Given[], session: ClientSession): Promise<Raw[]> {
    const all = checkAll(this.#model, given);
    const referring = all.map(({ path, fields }) => ({ prefix: prefixOf(path), after: fields }));
    await this.#integrity.hold(referring, session);
    const now = this.#now();
    return all.map(({ fields }) => ({
      _id: new Types.ObjectId(),
      ...fields,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }));
  }

  /** As Mongoose stores it. */
  async #document(raw: Raw | undefined): Promise<Raw> {
    const document = new this.#collection(raw);
    await document.validate();
    return document.toObject();
  }

  #changeOne(
    id: string,
    next: (before: Stored<F>) => unknown,
    expected: Expected,
    context: Context = {},
  ): Promise<Change<F>> {
    return this.#write(context, async ({ session }) => {
      const before = this.#stored(await this.#find(id, expected, session));
      const [change = { before, after: before }] = await this.#changeAll(
        [{ path: '', before }],
        next,
        session,
      );
      return change;
    });
  }

  async #changeAll(
    found: readonly Found<F>[],
    next: (before: Stored<F>) => unknown,
    session: ClientSession,
  ): Promise<readonly Change<F>[]> {
    const given = found.map((document) => ({ ...document, fields: next(document.before) }));
    const now = this.#now();
    const changes = checkAll(this.#model, given).map(({ path, before, fields }) => ({
      ...changeOf(this.#model, before, fields, now),
      prefix: prefixOf(path),
    }));
    const changed = changes.filter(isChanged);
    await this.#integrity.hold(changed, session);
    await writeChanges(this.#collection, changed, session);
    return changes.map(({ before, after }) => ({ before, after }));
  }

  async #deleteAll(documents: readonly Stored<F>[], session: ClientSession): Promise<void> {
    const ids = documents.map(({ id }) => id);
    await this.#integrity.release(ids, session);
    if (ids.length > 0) await this.#collection.deleteMany({ _id: { $in: ids } }, { session });
  }

  #patched(before: Stored<F>, patch: MergePatch<F>): unknown {
    const fields = withoutEntity(before, patch);
    return isJsonObject(fields)
      ? merged(this.#model.structure, fieldsOf(this.#model, before), fields)
      : fields;
  }

  async #find(id: string, expected: Expected, session: ClientSession | null): Promise<Raw> {
    const { name } = this.#model;
    const raw = isId(id) ? await this.#collection.findById(id).session(session).lean<Raw>() : null;
    if (raw === null) throw documentUnknown(name, id);
    const { revision } = raw;
    if (expected === undefined || expected.includes(revision)) return raw;
    const wanted = expected.join(' or ') || 'what was asked for';
    const text = `The ${name} "${id}" has the revision ${revision}, not ${wanted}: read it again.`;
    throw new ApiError('revision_conflict', text, { details: { id, expected, revision } });
  }

  /** In the caller's transaction, which is done again as a whole, or again when its connection fails. */
  #read<T>(unit: UnitOfWork | undefined, work: () => Promise<T>): Promise<T> {
    const run = () =>
      this.#run(async () => {
        await unit?.flush();
        return work();
      });
    return unit === undefined ? this.#database.retry(run) : run();
  }

  /** In the caller's transaction, or in one of its own. */
  #write<T>({ unit }: Context, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    return unit === undefined
      ? this.#run(() => this.#database.transact((own) => this.#run(() => work(own))))
      : this.#run(async () => {
          await unit.flush();
          return work(unit);
        });
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // It tells the caller that the transaction may be retried.
      if (isTransient(error)) throw error;
      throw apiErrorOf(error, this.#model.name);
    }
  }

  #stored(raw: Raw): Stored<F> {
    return storedOf(this.#model, raw);
  }

  #now(): Date {
    return new Date(this.#database.now());
  }

  get #collection() {
    return collectionOf(this.#database.connection, this.#model.name);
  }
}

const ENTITY: readonly string[] = ['id', 'revision', 'createdAt', 'updatedAt'];

/** What every document has may be sent back as it was read. Everything else of it is left, and refused with its name. */
const withoutEntity = (before: Stored, given: unknown): unknown =>
  isJsonObject(given)
    ? Object.fromEntries(
        Object.entries(given).filter(([name, value]) => !(ENTITY.includes(name) && value === before[name])),
      )
    : given;

const tooMany = (count: number): ApiError =>
  new ApiError('too_many_documents', `${count} documents: expected at most ${MAX_MANY}.`, {
    details: { limit: MAX_MANY },
  });
