import type { OverviewOrder, OverviewQuery } from '@typed-queue/contracts';

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

const isOrder = (value: unknown): value is OverviewOrder =>
  typeof value === 'string' && Object.hasOwn(ORDERS, value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Which queues the overview shows, from the address of the page; what is wrong in it counts as left out. */
export const overviewSearch = ({ search, order, after }: Record<string, unknown>): OverviewQuery => ({
  ...(isText(search) ? { search } : {}),
  ...(isOrder(order) && order !== 'name' ? { order } : {}),
  ...(isText(after) ? { after } : {}),
});
