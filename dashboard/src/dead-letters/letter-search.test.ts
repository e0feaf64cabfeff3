import { describe, expect, it } from '@jest/globals';
import { changedSearch, filterOf, letterSearch } from './letter-search.js';

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
    { kindReason: null },
    { group: '\0' },
    { group: 'a b' },
    { seq: '1e3' },
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

describe('a changed filter', () => {
  it('begins at the first page, with no letter opened', () => {
    expect(changedSearch({ group: 'g', after: 3, letter: 4 }, { code: 'rejected' })).toEqual({
      group: 'g',
      code: 'rejected',
    });
  });

  it('that is emptied is none', () => {
    expect(changedSearch({ group: 'g', kindReason: '' }, { group: '' })).toEqual({ kindReason: '' });
    expect(changedSearch({ group: 'g', kindReason: '' }, { kindReason: undefined })).toEqual({ group: 'g' });
  });

  it('stays when it cannot be read, and so does another one', () => {
    expect(changedSearch({ since: 'yesterday' }, { group: 'a b' })).toEqual({
      since: 'yesterday',
      group: 'a b',
    });
  });
});
