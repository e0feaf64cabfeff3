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

  it('keeps that no reason was given', () => {
    expect(letterSearch({ kindReason: '' })).toEqual({ kindReason: '' });
  });

  it.each([
    { code: 'other' },
    { kindReason: 7 },
    { code: 'toString' },
    { group: '' },
    { group: 7 },
    { seq: 0 },
    { since: -1 },
    { since: '5' },
    { after: 1.5 },
    { letter: Number.NaN },
    { anything: 'else' },
  ])('leaves out %j', (search) => {
    expect(letterSearch(search)).toEqual({});
  });
});

it('filterOf leaves out the page and the opened letter', () => {
  expect(filterOf({ group: 'g', after: 3, letter: 4 })).toEqual({ group: 'g' });
});
