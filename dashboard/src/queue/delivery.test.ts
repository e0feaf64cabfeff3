import { expect, it } from '@jest/globals';
import { AT_ONCE, deliveryOptions } from './delivery.js';

it('a message is published at once when nothing was filled in', () => {
  expect(deliveryOptions(AT_ONCE)).toEqual({});
});

it('a duration delays it', () => {
  expect(deliveryOptions({ kind: 'after', text: '2 h' })).toEqual({ delayMs: 7_200_000 });
});

it('a time is in the zone of the viewer', () => {
  const deliverAt = new Date(2027, 0, 31, 9, 5).getTime();
  expect(deliveryOptions({ kind: 'at', text: '2027-01-31T09:05' })).toEqual({ deliverAt });
});

it.each([
  ['after', ''],
  ['after', 'soon'],
  ['at', ''],
] as const)('%s %j is no time yet', (kind, text) => {
  expect(deliveryOptions({ kind, text })).toBeUndefined();
});
