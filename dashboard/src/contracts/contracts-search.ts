import { searchReader } from '../address/search-fields.js';
import { QUEUES } from '../overview/overview-search.js';

/** Which queues the page of contracts shows. */
export interface ContractsSearch {
  /** Text in their names. */
  readonly search?: string;
  /** The page that begins after this queue. */
  readonly after?: string;
}

/** From the address of the page. */
export const contractsSearch = searchReader<ContractsSearch>(QUEUES);
