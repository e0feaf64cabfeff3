import { describe, expect, it } from '@jest/globals';
import { filterOf, letterSearch } from './letter-search.js';

describe('letterSearch', () => {
  it('keeps what it knows', () => {
    const search = {
      group: 'g',
      code: 'rejected',
      reason: 'x',
      kindReason: 'x #',
      seq: 7,
      since: 1,
      until: 2,
      after: 3,
      letter: 4,
    };
    expect(letterSearch(search)).toEqual(search);
  });

  it('keeps the code of a declared failure', () => {
    expect(letterSearch({ code: 'sold_out' })).toEqual({ code: 'sold_out' });
  });

  it('keeps that no reason was given', () => {
    expect(letterSearch({ kindReason: '' })).toEqual({ kindReason: '' });
  });

  it.each([
    { code: 'Other' },
    { kindReason: true },
    { code: 'toString' },
    { group: '' },
    { group: 'x'.repeat(129) },
    { seq: 0 },
    { since: -1 },
    { since: '9007199254740991' },
    { after: 1.5 },
    { letter: '1e400' },
    { anything: 'else' },
  ])('leaves out %j', (search) => {
    expect(letterSearch(search)).toEqual({});
  });
});

it('filterOf leaves out the page and the opened letter', () => {
  expect(filterOf({ group: 'g', after: 3, letter: 4 })).toEqual({ group: 'g' });
});
