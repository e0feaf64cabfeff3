import { expect, it } from '@jest/globals';
import { scheduledSearch } from './scheduled-search.js';

const ID = '0198c0de-0000-7000-8000-00000000000a';

it('reads a place in the list and the id of a message', () => {
  const search = { after: '1764400000000.12', message: ID };
  expect(scheduledSearch(search)).toEqual(search);
});

it.each(['', '12', '1.2.3', '1e3.4', 'x'.repeat(200)])('%j is no place in the list', (after) => {
  expect(scheduledSearch({ after })).toEqual({});
});

it.each(['', '7', `${ID}0`, `${ID}\n`, '<b>'])('%j is no id of a message', (message) => {
  expect(scheduledSearch({ message })).toEqual({});
});
