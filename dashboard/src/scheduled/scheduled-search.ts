import { searchReader } from '../address/search-fields.js';

/** Which of the messages that wait a page shows, as its address says. */
export interface ScheduledSearch {
  /** The page of the list that begins after this place, the `next` of the page before. */
  readonly after?: string;
  /** The id of the message that is opened. */
  readonly message?: string;
}

const PLACE = /^\d{1,16}\.\d{1,16}$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const scheduledSearch = searchReader<ScheduledSearch>({
  after: (text) => (PLACE.test(text) ? text : undefined),
  message: (text) => (UUID.test(text) ? text : undefined),
});
