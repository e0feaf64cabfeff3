import { describe, expect, it } from '@jest/globals';
import { adviceFor, differenceText, usesText } from './difference-text.js';

describe('the text of a difference', () => {
  it.each([
    [{ event: 'paid', verdict: 'both' }, 'paid: it can read and publish it'],
    [
      { event: 'paid', verdict: 'readable', pointer: '/properties/note', rule: 'required' },
      'paid: what it publishes may be refused (/properties/note: required)',
    ],
    [
      { event: 'paid', verdict: 'writable', pointer: '', rule: 'type' },
      'paid: it cannot read all of them (type)',
    ],
    [
      { event: 'paid', verdict: 'writable', pointer: '', rule: 'event-removed' },
      'paid: it does not know the event',
    ],
    [
      { event: 'paid', verdict: 'readable', pointer: '', rule: 'event-removed' },
      'paid: the server has no such event',
    ],
  ] as const)('of %j', (difference, text) => {
    expect(differenceText(difference)).toBe(text);
  });
});

describe('the uses of a client', () => {
  it.each([
    [{ groups: ['a', 'b'], tails: 0 }, 'member of a, b'],
    [{ groups: ['a'], tails: 2 }, 'member of a and 2 tails'],
    [{ groups: [], tails: 0 }, 'reads nothing'],
  ])('of %j', (uses, text) => {
    expect(usesText(uses)).toBe(text);
  });
});

describe('the advice', () => {
  it.each([
    ['neither', true, /versions/],
    ['readable', false, /^If it publishes/],
    ['unknown', false, /contract check/],
    ['both', false, /^Nothing fails/],
  ] as const)('for an event that is %s', (verdict, clash, text) => {
    expect(adviceFor({ clash, events: [{ event: 'paid', verdict }] })).toMatch(text);
  });
});
