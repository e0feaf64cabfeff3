import { groupField, searchReader } from '../address/search-fields.js';

/** Which page of the groups of a message is shown. */
export interface MessageSearch {
  /** Only groups whose names sort after this one. */
  readonly after?: string;
}

/** From the address of the page. */
export const messageSearch = searchReader<MessageSearch>({
  after: groupField,
});
