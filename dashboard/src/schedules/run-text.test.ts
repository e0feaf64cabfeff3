import { expect, it } from '@jest/globals';
import { lastText, nextText } from './run-text.js';

const NOW = Date.UTC(2026, 10, 29);

it('a run that comes says when, and how long it is until then', () => {
  expect(nextText({ nextAt: NOW + 7_200_000 }, NOW)).toMatch(/2026.*\(in 2 h\)$/);
});

it('a schedule without a next run says so', () => {
  expect(nextText({ nextAt: null }, NOW)).toBe('never again');
});

it('a run that was says when, and how long ago', () => {
  expect(lastText({ lastAt: NOW - 60_000 }, NOW)).toMatch(/2026.*\(1 min ago\)$/);
});

it('a schedule that did not run yet has no last run', () => {
  expect(lastText({ lastAt: null }, NOW)).toBe('–');
});
