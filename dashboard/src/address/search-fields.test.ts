import { expect, it } from '@jest/globals';
import { choiceField, countField, searchReader, textField, timeField, unreadParts } from './search-fields.js';

interface Example {
  readonly search?: string;
  readonly order?: 'name' | 'depth';
  readonly seq?: number;
  readonly since?: number;
}

const read = searchReader<Example>({
  search: textField(5),
  order: choiceField({ name: 0, depth: 0 }),
  seq: countField(1),
  since: timeField,
});

it('what an address says is read by the type of its field', () => {
  expect(read({ search: 'a', order: 'depth', seq: '7', since: '0' })).toEqual({
    search: 'a',
    order: 'depth',
    seq: 7,
    since: 0,
  });
});

it('a digit in a text field is text', () => {
  expect(read({ search: '1' })).toEqual({ search: '1' });
});

it('what was read is read again as the same', () => {
  const search = read({ search: '1', seq: '7' });
  expect(read(search)).toEqual(search);
});

it.each([
  { utm_source: 'x' },
  { search: '' },
  { search: '123456' },
  { search: true },
  { search: ['a'] },
  { order: '__proto__' },
  { order: 'toString' },
  { seq: '0' },
  { seq: '-1' },
  { seq: '1.5' },
  { seq: '1e400' },
  { seq: '0x10' },
  { seq: '9007199254740993' },
  { since: '9007199254740991' },
])('%j in an address is left out', (search) => {
  expect(read(search)).toEqual({});
});

it('what is left out of an address is named, as it is written', () => {
  expect(unreadParts(read, { search: 'a', seq: '1e400', since: '', grop: 'g', order: undefined })).toEqual([
    { name: 'seq', text: '1e400' },
    { name: 'since', text: '' },
    { name: 'grop', text: 'g' },
  ]);
});
