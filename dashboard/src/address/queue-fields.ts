import { textField, type SearchFields } from './search-fields.js';

/** Which queues a page lists. */
export interface QueueSearch {
  /** Text in their names. */
  readonly search?: string;
  /** The page that begins after this queue. */
  readonly after?: string;
}

/** The most characters of a name that the server looks for. */
export const LONGEST_NAME = 128;

export const QUEUE_FIELDS: SearchFields<QueueSearch> = {
  search: textField(LONGEST_NAME),
  after: textField(LONGEST_NAME),
};
