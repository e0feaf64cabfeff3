import type { Fields } from '../models/model.js';
import type { Change, Context, ListQuery, Page, Repository, Stored } from '../repository/repository.js';
import { changedPaths } from './changed-paths.js';
import { EventWriter, type PublishingParts } from './event-writer.js';
import type { Change as ChangeOwed } from './event.js';
import type { Published, Publishing } from './published.js';

/**
 * The same repository, which publishes what it does: each change, together with its event or not at all; what was
 * read; and each failure as an `error`.
 */
export const publishing = <F extends Fields>(
  repository: Repository<F>,
  parts: PublishingParts,
): Repository<F> => new PublishingRepository(repository, parts);

/** Each method with its event beside it. */
export class PublishingRepository<F extends Fields> implements Repository<F>, Publishing<Repository<F>> {
  readonly #repository: Repository<F>;
  readonly #model: string;
  readonly #events: EventWriter;

  constructor(repository: Repository<F>, parts: PublishingParts) {
    this.#repository = repository;
    this.#model = parts.model;
    this.#events = new EventWriter(parts);
  }

  create(fields: F, context: Context = {}): Promise<Published<Stored<F>>> {
    return this.#events.change({ operation: 'create', context }, async (within) => {
      const after = await this.#repository.create(fields, within);
      return { result: after, events: [this.#created(after)] };
    });
  }

  read(id: string, context: Context = {}): Promise<Published<Stored<F>>> {
    return this.#events.read({ operation: 'read', id, context }, async () => {
      const result = await this.#repository.read(id, context);
      return {
        result,
        events: [{ event: 'read', payload: { model: this.#model, id: result.id, count: 1 } }],
      };
    });
  }

  list(query: ListQuery, context: Context = {}): Promise<Published<Page<F>>> {
    return this.#events.read({ operation: 'read', context }, async () => {
      const result = await this.#repository.list(query, context);
      const payload = { model: this.#model, filter: { ...query.filter }, count: result.items.length };
      return { result, events: [{ event: 'read', payload }] };
    });
  }

  replace(id: string, fields: F, expected?: number, context: Context = {}): Promise<Published<Change<F>>> {
    return this.#events.change({ operation: 'update', id, context }, async (within) => {
      const result = await this.#repository.replace(id, fields, expected, within);
      return { result, events: [this.#updated(result)] };
    });
  }

  patch(
    id: string,
    changes: Partial<F>,
    expected?: number,
    context: Context = {},
  ): Promise<Published<Change<F>>> {
    return this.#events.change({ operation: 'update', id, context }, async (within) => {
      const result = await this.#repository.patch(id, changes, expected, within);
      return { result, events: [this.#updated(result)] };
    });
  }

  delete(id: string, expected?: number, context: Context = {}): Promise<Published<Stored<F>>> {
    return this.#events.change({ operation: 'delete', id, context }, async (within) => {
      const before = await this.#repository.delete(id, expected, within);
      return { result: before, events: [this.#deleted(before)] };
    });
  }

  #created(after: Stored<F>): ChangeOwed {
    return { event: 'create', payload: { model: this.#model, id: after.id, after } };
  }

  #updated({ before, after }: Change<F>): ChangeOwed {
    const changed = changedPaths(before, after);
    return { event: 'update', payload: { model: this.#model, id: after.id, before, after, changed } };
  }

  #deleted(before: Stored<F>): ChangeOwed {
    return { event: 'delete', payload: { model: this.#model, id: before.id, before } };
  }
}
