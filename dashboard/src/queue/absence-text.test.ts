import { expect, it } from '@jest/globals';
import { absenceText } from './absence-text.js';

const kept = { epoch: 'e', seq: 5, messages: 3 };

it.each([
  [4, '#4 is gone: retention'],
  [5, '#5 is lost'],
  [7, '#7 is lost'],
  [8, '#8 was not published yet'],
])('where #5 to #7 are kept, %s has a reason to be absent', (seq, text) => {
  expect(absenceText(seq, kept)).toContain(text);
});

it('an empty log has published nothing', () => {
  expect(absenceText(1, { epoch: 'e', seq: 1, messages: 0 })).toBe('#1 was not published yet.');
});
