import { expect, it } from '@jest/globals';
import {
  choiceField,
  countField,
  groupField,
  partText,
  searchReader,
  textField,
  timeField,
  unreadParts,
  wrongParts,
} from './search-fields.js';

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

it('of what is left out, fields of the page are kept apart from what others added', () => {
  expect(wrongParts(read, { order: '__proto__', utm_source: 'x' })).toEqual([
    { name: 'order', text: '__proto__' },
  ]);
});

it('a part is named as it is written, with an empty text or without one', () => {
  expect(unreadParts(read, { search: null, since: '' }).map(partText)).toEqual(['search', 'since=']);
});

it.each(['billing', 'a.b:c@d-e_1', 'x'.repeat(128)])('%s names a group', (group) => {
  expect(groupField(group)).toBe(group);
});

it.each(['', '\0', 'a b', 'a/b', 'x'.repeat(129)])('%j names no group', (group) => {
  expect(groupField(group)).toBeUndefined();
});
