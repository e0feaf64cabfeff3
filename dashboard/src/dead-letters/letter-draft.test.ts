import { expect, it } from '@jest/globals';
import { draftOf } from './letter-draft.js';

const letter = { epoch: 'a', position: 1, time: 1_000, message: null };

it('a letter that is read again has the same edits', () => {
  expect(draftOf('orders', { ...letter })).toBe(draftOf('orders', letter));
});

it.each([
  ['of another log', 'orders', { ...letter, epoch: 'b' }],
  ['at another position', 'orders', { ...letter, position: 2 }],
  ['of another time', 'orders', { ...letter, time: 2_000 }],
  ['of another queue', 'files', letter],
])('a letter %s has none of them', (_, queue, other) => {
  expect(draftOf(queue, other)).not.toBe(draftOf('orders', letter));
});
