import { expect, it } from '@jest/globals';
import { contractsSearch } from './contracts-search.js';

it('keeps a search and a page', () => {
  expect(contractsSearch({ search: 'a', after: 'b' })).toEqual({ search: 'a', after: 'b' });
});

it.each([{ search: '' }, { search: 'x'.repeat(129) }, { after: {} }, { x: '1' }])(
  'leaves out %j',
  (search) => {
    expect(contractsSearch(search)).toEqual({});
  },
);
