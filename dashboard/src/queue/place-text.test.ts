import { expect, it } from '@jest/globals';
import { placeText } from './place-text.js';

it.each([
  [{ seq: 7 }, { seq: 7, messages: 3 }, 'That is #7, with 3 messages from there to the end.'],
  [
    { seq: 10 },
    { seq: 10, messages: 0 },
    'That is the end: what is published from now on is shown, #10 first.',
  ],
  [
    { seq: 900 },
    { seq: 10, messages: 0 },
    '#900 is beyond the end: what is published from now on is shown, #10 first.',
  ],
  [
    { time: 1 },
    { seq: 10, messages: 0 },
    'That is the end: what is published from now on is shown, #10 first.',
  ],
])('the place %j at %j is said in words', (start, at, text) => {
  expect(placeText(start, at)).toBe(text);
});
