import type { Fields } from '../models/model.js';
import type { MergePatch } from '../repository/merge-patch.js';
import type {
  Change,
  Context,
  Expected,
  Filter,
  ListQuery,
  Page,
  Repository,
  Stored,
} from '../repository/repository.js';
import { changedPaths } from './changed-paths.js';
import { Operations, type PublishingDeps } from './operations.js';
import type { NewChange } from './publisher.js';
import type { Published, Publishing } from './operations.js';

/**
 * The same repository, which publishes what it does: each change, together with its event or not at all; what was
 * read; and each failure as an `error`.
 */
export const publishing = <F extends Fields>(
  repository: Repository<F>,
  deps: PublishingDeps,
): Repository<F> => new PublishingRepository(repository, deps);

/** Each method with its event beside it. */
class PublishingRepository<F extends Fields> implements Repository<F>, Publishing<Repository<F>> {
  readonly #repository: Repository<F>;
  readonly #model: string;
  readonly #operations: Operations;

  constructor(repository: Repository<F>, deps: PublishingDeps) {
    this.#repository = repository;
    this.#model = deps.model;
    this.#operations = new Operations(deps);
  }

  create(fields: F, context: Context = {}): Promise<Published<Stored<F>>> {
    return this.#operations.change({ operation: 'create', context }, async (within) => {
      const after = await this.#repository.create(fields, within);
      return { result: after, events: [this.#createEvent(after)] };
    });
  }

  createMany(all: readonly F[], context: Context = {}): Promise<Published<readonly Stored<F>[]>> {
    return this.#operations.change({ operation: 'create', context }, async (within) => {
      const result = await this.#repository.createMany(all, within);
      return { result, events: result.map((after) => this.#createEvent(after)) };
    });
  }

  read(id: string, context: Context = {}): Promise<Published<Stored<F>>> {
    return this.#operations.read({ operation: 'read', id, context }, async () => {
      const result = await this.#repository.read(id, context);
      return {
        result,
        events: [{ event: 'read', payload: { model: this.#model, id: result.id, count: 1 } }],
      };
    });
  }

  list(query: ListQuery, context: Context = {}): Promise<Published<Page<F>>> {
    return this.#operations.read({ operation: 'read', context }, async () => {
      const result = await this.#repository.list(query, context);
      const payload = { model: this.#model, filter: { ...query.filter }, count: result.items.length };
      return { result, events: [{ event: 'read', payload }] };
    });
  }

  replace(id: string, fields: F, expected?: Expected, context: Context = {}): Promise<Published<Change<F>>> {
    return this.#operations.change({ operation: 'update', id, context }, async (within) => {
      const result = await this.#repository.replace(id, fields, expected, within);
      return { result, events: this.#updateEvents([result]) };
    });
  }

  patch(
    id: string,
    patch: MergePatch<F>,
    expected?: Expected,
    context: Context = {},
  ): Promise<Published<Change<F>>> {
    return this.#operations.change({ operation: 'update', id, context }, async (within) => {
      const result = await this.#repository.patch(id, patch, expected, within);
      return { result, events: this.#updateEvents([result]) };
    });
  }

  updateMany(
    filter: Filter,
    patch: MergePatch<F>,
    context: Context = {},
  ): Promise<Published<readonly Change<F>[]>> {
    return this.#operations.change({ operation: 'update', context }, async (within) => {
      const result = await this.#repository.updateMany(filter, patch, within);
      return { result, events: this.#updateEvents(result) };
    });
  }

  delete(id: string, expected?: Expected, context: Context = {}): Promise<Published<Stored<F>>> {
    return this.#operations.change({ operation: 'delete', id, context }, async (within) => {
      const before = await this.#repository.delete(id, expected, within);
      return { result: before, events: [this.#deleteEvent(before)] };
    });
  }

  deleteMany(filter: Filter, context: Context = {}): Promise<Published<readonly Stored<F>[]>> {
    return this.#operations.change({ operation: 'delete', context }, async (within) => {
      const result = await this.#repository.deleteMany(filter, within);
      return { result, events: result.map((before) => this.#deleteEvent(before)) };
    });
  }

  #createEvent(after: Stored<F>): NewChange {
    return { event: 'create', payload: { model: this.#model, id: after.id, after } };
  }

  /** Nothing for documents that are what they were. */
  #updateEvents(changes: readonly Change<F>[]): readonly NewChange[] {
    return changes
      .filter(({ before, after }) => before.revision !== after.revision)
      .map(({ before, after }) => {
        const changed = changedPaths(before, after);
        return { event: 'update', payload: { model: this.#model, id: after.id, before, after, changed } };
      });
  }

  #deleteEvent(before: Stored<F>): NewChange {
    return { event: 'delete', payload: { model: this.#model, id: before.id, before } };
  }
}
