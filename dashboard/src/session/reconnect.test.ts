import { expect, it } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { EventEmitter } from 'node:events';
import type { Client } from './session.js';
import { askAgainWhenConnected } from './reconnect.js';

const KEY = ['description', 'orders'];

const isAskedAgainAfter = (again: boolean): boolean | undefined => {
  const client = new EventEmitter();
  const queries = new QueryClient();
  queries.setQueryData(KEY, 'a contract');
  // Safe: it listens to one event of the client, and uses no more of it.
  const end = askAgainWhenConnected(client as unknown as Client, queries);
  client.emit('connected', { again });
  end();
  queries.unmount();
  const isOld = queries.getQueryState(KEY)?.isInvalidated;
  queries.clear();
  return isOld;
};

it('the contract of a server that is connected again is asked for again', () => {
  expect(isAskedAgainAfter(true)).toBe(true);
});

it('what was asked for before the first connection is not asked for twice', () => {
  expect(isAskedAgainAfter(false)).toBe(false);
});
