import { expect, it } from '@jest/globals';
import { stateText } from './live-state.js';

type View = Parameters<typeof stateText>[0];

const view: View = {
  rows: [1],
  read: 2,
  hasBegun: true,
  isPaused: false,
  isFull: false,
  error: undefined,
};

it.each<[string, Partial<View>, boolean]>([
  ['Live: 1 row of 2 messages read, the newest first', {}, true],
  ['Not connected: 1 row of 2 messages read, the newest first', {}, false],
  ['Paused: 1 row of 2 messages read, the newest first', { isPaused: true }, false],
  ['Full: 1 row of 2 messages read, the newest first. More follow.', { isFull: true }, false],
  ['Connecting …', { hasBegun: false }, true],
  ['Ended: 1 row of 2 messages read, the newest first', { error: 'closed' }, false],
])('a list says: %s', (text, changed, isConnected) => {
  expect(stateText({ ...view, ...changed }, isConnected)).toBe(text);
});
