import { searchReader } from '../address/search-fields.js';

/** Which event the publish page has a form for. */
export interface PublishSearch {
  readonly event?: string;
}

/** From the address of the page. */
export const publishSearch = searchReader<PublishSearch>({ event: (text) => text });
