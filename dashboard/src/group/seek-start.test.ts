import { expect, it } from '@jest/globals';
import { startOf } from './seek-start.js';

it.each([
  ['start', '', 'start'],
  ['now', '12', 'now'],
  ['seq', '12', { seq: 12 }],
  ['time', '2026-11-27T10:00', { time: new Date('2026-11-27T10:00').getTime() }],
] as const)('%s %j is a position', (kind, text, start) => {
  expect(startOf({ kind, text })).toEqual(start);
});

it.each([
  ['seq', ''],
  ['seq', '0'],
  ['seq', '1.5'],
  ['seq', 'x'],
  ['time', ''],
  ['time', 'yesterday'],
] as const)('%s %j is none', (kind, text) => {
  expect(startOf({ kind, text })).toBeUndefined();
});
