import { expect, it } from '@jest/globals';
import { liveSearch, startOf } from './live-search.js';

it('the live page shows what its address says', () => {
  const search = { from: 'start', event: 'save', key: 'order-7', header: 'trace=1', text: 'Müller' };
  expect(liveSearch(search)).toEqual(search);
});

it('a number in the address is text', () => {
  expect(liveSearch({ from: 12, text: 404 })).toEqual({ from: '12', text: '404' });
});

it.each([
  { event: '', key: null },
  { from: '-3' },
  { from: '1e3' },
  { from: '0x10' },
  { from: '' },
  { from: 'yesterday' },
  { token: 'secret' },
])('%j in the address says nothing', (search) => {
  expect(liveSearch(search)).toEqual({});
});

it.each([
  [undefined, 'now'],
  ['now', 'now'],
  ['start', 'start'],
  ['12', { seq: 12 }],
  ['2026-11-27T10:00:00.000Z', { time: Date.UTC(2026, 10, 27, 10) }],
  ['2026-11', { time: Date.UTC(2026, 10) }],
])('from %j means %j', (from, start) => {
  expect(startOf(from)).toEqual(start);
});
