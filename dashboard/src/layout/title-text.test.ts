import { expect, it } from '@jest/globals';
import { titleText } from './title-text.js';

it('the tab of a page has the name of what it shows', () => {
  expect(titleText('orders')).toBe('orders · typed-queue');
});

it('a name cannot hide the order of its characters in the tab', () => {
  expect(titleText('a\u202Eb')).toBe('aU+202Eb · typed-queue');
});

it('a long name is cut in the tab', () => {
  expect(titleText('x'.repeat(1_000))).toBe(`${'x'.repeat(200)} · typed-queue`);
});
