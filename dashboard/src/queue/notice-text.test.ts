import { expect, it } from '@jest/globals';
import { noticeText, type Notice } from './notice-text.js';

const texts: readonly (readonly [Notice, string])[] = [
  [{ kind: 'passed', from: 5, to: 104 }, '100 messages passed, more than can be read: #5 to #104.'],
  [{ kind: 'reconnected', time: 1 }, 'Connected again.'],
  [{ kind: 'gap', gap: { reason: 'retention', from: 3, to: 3 } }, 'Gone: #3, by retention'],
  [{ kind: 'gap', gap: { reason: 'damage', from: 3, to: 4 } }, 'Lost: #3 to #4, damaged'],
  [{ kind: 'gap', gap: { reason: 'reset', from: 9, epoch: 'e' } }, 'The server has another log'],
];

it.each(texts)('%j', (notice, text) => {
  expect(noticeText(notice)).toContain(text);
});
