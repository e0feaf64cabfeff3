import type { OverviewOrder, OverviewQuery } from '@typed-queue/contracts';
import { choiceField, searchReader, textField, type SearchFields } from '../address/search-fields.js';

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

/** The most characters of a name that the server looks for. */
export const LONGEST_NAME = 128;

const order = choiceField(ORDERS);

/** A page of the queues with a text in their names. */
export const QUEUES: SearchFields<Pick<OverviewSearch, 'search' | 'after'>> = {
  search: textField(LONGEST_NAME),
  after: textField(LONGEST_NAME),
};

/** From the address of the page. */
export const overviewSearch = searchReader<OverviewSearch>({
  ...QUEUES,
  order: (text) => (text === 'name' ? undefined : order(text)),
});
