import { expect, it } from '@jest/globals';
import { overviewSearch } from './overview-search.js';

it('the overview shows what its address says', () => {
  const search = { search: 'orders', order: 'depth', after: 'orders-7' };
  expect(overviewSearch(search)).toEqual(search);
});

it.each([
  { search: '', after: '' },
  { search: 'x'.repeat(129), order: '__proto__', after: null },
  { utm_source: 'x' },
])('%j in the address says nothing', (search) => {
  expect(overviewSearch(search)).toEqual({});
});
