import { expect, it } from '@jest/globals';
import { expire } from './expiry.js';
import { Store } from './store.js';

it('removes what has expired, and nothing without a date', async () => {
  const store = new Store();
  const spec = { v: 2 as const, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 };
  await store.define('a.b', () => [{ kind: 'index', namespace: 'a.b', spec }]);
  await store.statement((transaction) => {
    const dates = [new Date(0), new Date(40_000), [new Date(1), new Date(1e6)], 'no date', undefined];
    for (const [_id, at] of dates.entries()) store.insert(transaction, 'a.b', { _id, at });
  });
  expect(await expire(store, 90_000)).toBe(2);
  const left = [...store.documents(store.begin('statement'), 'a.b', new Map())];
  expect(left.map(({ _id }) => _id)).toEqual([1, 3, 4]);
});
