import type { Model } from '../models/model.js';
import type { Repository } from '../repository/repository.js';

/** What the API has to know of a model: not how it is stored. */
export type Description = Pick<Model, 'name' | 'path' | 'fields' | 'filters' | 'sorts'>;

/** The documents of one model, as the API offers them. */
export interface Resource {
  readonly model: Description;
  readonly repository: Repository;
}

/** Where the documents of a model are. */
export const pathOf = ({ path }: Description): string => `/api/v1/${path}`;
