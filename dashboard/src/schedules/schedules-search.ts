import { groupField, searchReader } from '../address/search-fields.js';

/** Which schedule the page shows, as its address says; left out: all. */
export interface SchedulesSearch {
  readonly name?: string;
}

export const schedulesSearch = searchReader<SchedulesSearch>({
  // The same characters.
  name: groupField,
});
