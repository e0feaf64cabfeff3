import { expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '@typed-queue/contracts';
import { bytesText, countOf, durationText } from './quantity.js';

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.5 KiB'],
  [5 * 1_024 ** 3, '5.0 GiB'],
  [2_048 * 1_024 ** 4, '2048.0 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it.each([
  [999, '0 s'],
  [119 * SECOND, '119 s'],
  [119 * MINUTE, '119 min'],
  [47 * HOUR, '47 h'],
  [400 * DAY, '400 d'],
])('%d milliseconds are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('counts in words', () => {
  expect([countOf(1, 'message'), countOf(1_000_000, 'message')]).toEqual(['1 message', '1,000,000 messages']);
});
