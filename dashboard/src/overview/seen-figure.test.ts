import { expect, it } from '@jest/globals';
import { seenFigure } from './seen-figure.js';

it('nothing is what it is for who may see it', () => {
  expect(seenFigure(0, { isSeen: true, text: String })).toBe('0');
});

it('nothing is not said to be there of what may not be seen', () => {
  expect(seenFigure(0, { isSeen: false, text: String })).toBe('–');
});

it('what is seen of a part is shown', () => {
  expect(seenFigure(3, { isSeen: false, text: String })).toBe('3');
});
