import type { AnyMessage } from '@typed-queue/contracts';
import type { LiveSearch } from './live-search.js';

export type MessageFilter = (message: AnyMessage) => boolean;

/** Whether a message is searched for, but by its event: that the server does. Undefined: every message is. */
export const messageFilter = ({ key, header, text }: LiveSearch): MessageFilter | undefined => {
  const filters = [
    ...(key === undefined ? [] : [({ headers }: AnyMessage) => headers.key === key]),
    ...(header === undefined ? [] : [headerFilter(header)]),
    ...(text === undefined ? [] : [textFilter(text)]),
  ];
  return filters.length === 0 ? undefined : (message) => filters.every((filter) => filter(message));
};

const headerFilter = (header: string): MessageFilter => {
  const [name = '', ...rest] = header.split('=');
  const value = rest.length === 0 ? undefined : rest.join('=');
  return ({ headers }) => Object.hasOwn(headers, name) && (value === undefined || headers[name] === value);
};

const textFilter = (text: string): MessageFilter => {
  const sought = text.toLowerCase();
  return ({ payload }) => JSON.stringify(payload).toLowerCase().includes(sought);
};
