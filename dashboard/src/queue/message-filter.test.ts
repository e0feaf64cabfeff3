import { expect, it } from '@jest/globals';
import type { AnyMessage } from '@typed-queue/contracts';
import type { LiveSearch } from './live-search.js';
import { messageFilter } from './message-filter.js';
import { messageOf } from './message.fixture.js';

const message = messageOf(1, {
  payload: { name: 'Ärger <b>', list: [404] },
  headers: { key: 'a=b', trace: 'x=1' },
});

const searches: readonly (readonly [LiveSearch, boolean])[] = [
  [{ key: 'a=b' }, true],
  [{ key: 'a' }, false],
  [{ header: 'trace' }, true],
  [{ header: 'trace=x=1' }, true],
  [{ header: 'trace=x' }, false],
  [{ header: 'toString' }, false],
  [{ text: 'ärger <B>' }, true],
  [{ text: '404' }, true],
  [{ text: '405' }, false],
  [{ key: 'a=b', text: '405' }, false],
];

it.each(searches)('%j finds the message: %s', (search, isFound) => {
  expect(messageFilter(search)?.(message)).toBe(isFound);
});

it('the event is no matter of the filter: the server sends no other', () => {
  expect(messageFilter({ event: 'placed', from: 'start' })).toBeUndefined();
});

it('a payload that is no object is searched as well', () => {
  const found: AnyMessage = messageOf(2, { payload: null });
  expect(messageFilter({ text: 'null' })?.(found)).toBe(true);
});
