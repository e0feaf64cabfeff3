import { QUEUE_FIELDS, type QueueSearch } from '../address/queue-fields.js';
import { searchReader } from '../address/search-fields.js';

/** Which queues the page of contracts shows, from its address. */
export const contractsSearch = searchReader<QueueSearch>(QUEUE_FIELDS);
