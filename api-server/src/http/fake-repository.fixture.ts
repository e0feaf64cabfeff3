import { findIssues, ApiError } from '@typed-queue/contracts';
import * as z from 'zod';
import type { Fields } from '../models/model.js';
import type { Answer, IdempotencyStore } from '../repository/idempotency-store.js';
import type {
  Change,
  Context,
  Entity,
  Expected,
  Filter,
  ListQuery,
  Page,
  Repository,
  Stored,
} from '../repository/repository.js';
import { merged } from '../repository/merge-patch.js';
import type { Transact, UnitOfWork } from '../repository/unit-of-work.js';
import { structureOf } from '../models/structure.js';
import type { Description } from './resource.js';

export const item: Description = {
  name: 'item',
  path: 'items',
  fields: z.strictObject({
    name: z.string().min(1).max(50),
    price: z.int().min(0),
    active: z.boolean().optional(),
    note: z.string().optional(),
    parts: z.array(z.string()).optional(),
  }),
  filters: ['name', 'price', 'active', 'parts'],
  sorts: ['name', 'price'],
};

const structure = structureOf(item.fields);

const TIME = '2026-11-23T10:00:00.000Z';

/** A repository in memory that behaves as its interface says. Names are unique. */
export class FakeRepository implements Repository {
  readonly documents = new Map<string, Stored>();
  /** The context of each call, with the method's name. */
  readonly calls: (readonly [string, Context | undefined])[] = [];
  /** Thrown by every method from then on. */
  failure: Error | undefined;

  async create(fields: Fields, context?: Context): Promise<Stored> {
    this.#begin('create', context);
    this.#check(fields);
    const id = (this.documents.size + 1).toString().padStart(24, '0');
    return this.#keep({ ...fields, id, revision: 1, createdAt: TIME, updatedAt: TIME });
  }

  async createMany(all: readonly Fields[], context?: Context): Promise<Stored[]> {
    const created: Stored[] = [];
    for (const fields of all) created.push(await this.create(fields, context));
    return created;
  }

  async read(id: string, context?: Context): Promise<Stored> {
    this.#begin('read', context);
    return this.#find(id);
  }

  async list(query: ListQuery, context?: Context): Promise<Page> {
    this.#begin('list', context);
    const { limit, cursor = '0', filter, sort } = query;
    if (!/^\d+$/.test(cursor)) throw new ApiError('query_invalid', 'cursor: of no use here');
    const found = this.#found(filter).sort((a, b) =>
      String(a[sort.field]).localeCompare(String(b[sort.field])),
    );
    if (sort.direction === 'desc') found.reverse();
    const end = Number(cursor) + limit;
    const items = found.slice(Number(cursor), end);
    const endCursor = String(Number(cursor) + items.length);
    return { items, nextCursor: end < found.length ? endCursor : null, endCursor };
  }

  async replace(id: string, fields: Fields, expected?: Expected, context?: Context): Promise<Change> {
    this.#begin('replace', context);
    const { revision, createdAt } = this.#find(id, expected);
    return this.#change(id, fields, { id, revision: revision + 1, createdAt, updatedAt: TIME });
  }

  async patch(id: string, patch: Fields, expected?: Expected, context?: Context): Promise<Change> {
    this.#begin('patch', context);
    const { revision, createdAt, updatedAt, id: _, ...fields } = this.#find(id, expected);
    return this.#change(id, merged(structure, fields, patch), {
      id,
      revision: revision + 1,
      createdAt,
      updatedAt,
    });
  }

  async delete(id: string, expected?: Expected, context?: Context): Promise<Stored> {
    this.#begin('delete', context);
    const document = this.#find(id, expected);
    this.documents.delete(id);
    return document;
  }

  async updateMany(filter: Filter, patch: Fields, context?: Context): Promise<Change[]> {
    const changes: Change[] = [];
    for (const { id } of this.#found(filter)) changes.push(await this.patch(id, patch, undefined, context));
    return changes;
  }

  async deleteMany(filter: Filter, context?: Context): Promise<Stored[]> {
    const deleted: Stored[] = [];
    for (const { id } of this.#found(filter)) deleted.push(await this.delete(id, undefined, context));
    return deleted;
  }

  #found(filter: Filter): Stored[] {
    return [...this.documents.values()].filter((document) =>
      Object.entries(filter).every(([name, value]) => [document[name]].flat().includes(value)),
    );
  }

  #begin(method: string, context: Context | undefined): void {
    this.calls.push([method, context]);
    if (this.failure !== undefined) throw this.failure;
  }

  #find(id: string, expected?: Expected): Stored {
    const document = this.documents.get(id);
    if (document === undefined) throw new ApiError('document_unknown', `There is no item ${id}.`);
    if (expected === undefined || expected.includes(document.revision)) return document;
    throw new ApiError(
      'revision_conflict',
      `Item ${id} has revision ${document.revision}, not ${String(expected)}.`,
    );
  }

  #check(fields: Fields, id?: string): void {
    const issues = findIssues(item.fields, fields);
    if (issues !== undefined)
      throw new ApiError('document_invalid', 'The item is wrong.', { details: { issues } });
    const other = [...this.documents.values()].find(({ name }) => name === fields.name);
    if (other !== undefined && other.id !== id) {
      throw new ApiError('duplicate_key', 'Another item has this name.', { details: { field: 'name' } });
    }
  }

  #change(id: string, fields: Fields, entity: Entity): Change {
    this.#check(fields, id);
    const before = this.#find(id);
    const there = Object.entries(fields).filter(([, value]) => value !== undefined);
    return { before, after: this.#keep({ ...Object.fromEntries(there), ...entity }) };
  }

  #keep(document: Stored): Stored {
    this.documents.set(document.id, document);
    return document;
  }
}

/** A fake transaction, to be recognised by identity. */
// Safe for a test: nothing looks into it.
export const fakeUnit = { afterCommit: () => undefined } as unknown as UnitOfWork;

/** Without a transaction: what is undone is not. */
export const fakeTransact: Transact = (work) => work(fakeUnit);

/** Keys in memory; of two requests at once one waits for the other. */
export class FakeIdempotency implements IdempotencyStore {
  readonly #answers = new Map<string, { readonly fingerprint: string; readonly answer: Promise<Answer> }>();

  async once(...[request, work]: Parameters<IdempotencyStore['once']>): ReturnType<IdempotencyStore['once']> {
    const key = `${request.scope} ${request.key}`;
    const known = this.#answers.get(key);
    if (known !== undefined) {
      if (known.fingerprint !== request.fingerprint)
        throw new ApiError('idempotency_conflict', 'Another request.');
      return { answer: await known.answer, replayed: true };
    }
    const answer = work(fakeUnit);
    this.#answers.set(key, { fingerprint: request.fingerprint, answer });
    answer.catch(() => this.#answers.delete(key));
    return { answer: await answer, replayed: false };
  }
}
