import type { OverviewOrder, OverviewQuery } from '@typed-queue/contracts';
import { QUEUE_FIELDS } from '../address/queue-fields.js';
import { choiceField, searchReader } from '../address/search-fields.js';

/** How the orders are called. */
export const ORDERS: Readonly<Record<OverviewOrder, string>> = {
  name: 'name',
  depth: 'depth',
  published: 'rate in',
  settled: 'rate out',
  deadLetters: 'dead letters',
  bytes: 'size',
  messages: 'messages',
};

/** Which queues the overview shows. */
export type OverviewSearch = Pick<OverviewQuery, 'search' | 'order' | 'after'>;

/** From the address of the page. */
export const overviewSearch = searchReader<OverviewSearch>({
  ...QUEUE_FIELDS,
  order: choiceField(ORDERS),
});
