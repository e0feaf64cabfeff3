import { expect, it } from '@jest/globals';
import { overviewSearch } from './overview-search.js';

it('the overview shows what its address says', () => {
  const search = { search: 'orders', order: 'depth', after: 'orders-7' };
  expect(overviewSearch(search)).toEqual(search);
});

it.each([
  { search: '', order: 'name', after: '' },
  { search: 7, order: 'toString', after: null },
  { token: 'secret' },
])('%j in the address says nothing', (search) => {
  expect(overviewSearch(search)).toEqual({});
});
