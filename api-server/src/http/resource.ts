import type { Model } from '../models/model.js';
import type { Repository } from '../repository/repository.js';
import type { Transact } from '../repository/unit-of-work.js';

/** What the API has to know of a model: not how it is stored. */
export type Description = Pick<Model, 'name' | 'path' | 'fields' | 'filters' | 'sorts'>;

/** The documents of one model, as the API offers them. */
export interface Resource {
  readonly model: Description;
  readonly repository: Repository;
  /** Runs what is only tried, to be undone. */
  readonly transact: Transact;
}

/** Where the documents of a model are. */
export const pathOf = ({ path }: Description): string => `/api/v1/${path}`;

/** Where many of them are created at once. */
export const batchPathOf = (model: Description): string => `${pathOf(model)}:batch`;
