import { expect, it } from '@jest/globals';
import { parseSearch, stringifySearch } from './search-text.js';

it.each(['1', 'true', 'null', '"quoted"', '{"a":1}', '1e400', 'a&b=c+d %', '__proto__'])(
  'the text %s comes out of an address as it went in',
  (text) => {
    expect(parseSearch(stringifySearch({ text }))).toEqual({ text });
  },
);

it('a name that is there twice keeps both texts', () => {
  expect(parseSearch('?a=1&b=2&a=3')).toEqual({ a: ['1', '3'], b: '2' });
  expect(stringifySearch({ a: ['1', '3'], b: '2' })).toBe('?a=1&a=3&b=2');
});

it('a search of nothing adds nothing to an address', () => {
  expect(stringifySearch({ after: undefined })).toBe('');
});

it('a field of any name is only a field', () => {
  expect(Object.entries(parseSearch('?__proto__=x'))).toEqual([['__proto__', 'x']]);
});

it.each(['?a', '?a=', '?a&b=1', '?a=1&a', '?b=%3D%26+%00'])('%s is written again as it is', (search) => {
  expect(stringifySearch(parseSearch(search))).toBe(search);
});

it('a name without a text is not one with an empty text', () => {
  expect(parseSearch('?a&b=')).toEqual({ a: null, b: '' });
});
