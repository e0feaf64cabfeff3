import { expect, it } from '@jest/globals';
import { bytesText, counted, rateText, shortCount } from './quantity.js';

it.each([
  [0, '0 B'],
  [1_023, '1,020 B'],
  [1_024, '1 KiB'],
  [1_468_006, '1.4 MiB'],
  [2 ** 62, '4,190,000 TiB'],
])('%s bytes are shown as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it.each([
  [0, '0/s'],
  [0.42, '0.42/s'],
  [0.0999, '0.1/s'],
  [0.01234, '0.012/s'],
  [12.34, '12.3/s'],
  [1_234, '1.2K/s'],
])('a rate of %s is shown as %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});

it('one thing is singular', () => {
  expect([counted(1, 'message'), counted(2, 'message'), counted(0, 'reply', 'replies')]).toEqual([
    '1 message',
    '2 messages',
    '0 replies',
  ]);
  expect(shortCount(12_345)).toBe('12.3K');
});
