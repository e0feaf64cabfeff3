import { describe, expect, it } from '@jest/globals';
import type { RefusedLetter } from '@typed-queue/contracts';
import {
  cancelledDiscardText,
  cancelledText,
  redrivenText,
  refusalCounts,
  refusalTexts,
  wouldRedriveText,
} from './redrive-text.js';

const refused = (reason: string): RefusedLetter => ({
  position: 1,
  group: 'g',
  code: 'payload_invalid',
  reason,
});
const result = (redriven: number, refusedCount: number) => ({ redriven, refusedCount, refused: [] });

describe('refusalCounts', () => {
  it('counts by reason, the most frequent first', () => {
    expect(refusalCounts(['a', 'b', 'b'].map(refused))).toEqual([
      { code: 'payload_invalid', reason: 'b', letters: 2 },
      { code: 'payload_invalid', reason: 'a', letters: 1 },
    ]);
  });

  it('shows at most 5', () => {
    expect(refusalCounts('a b c d e f g'.split(' ').map(refused))).toHaveLength(5);
  });
});

describe('refusalTexts', () => {
  const many = Array.from({ length: 1_000 }, () => refused('a.'));

  it('says how many there are for each reason', () => {
    expect(refusalTexts({ refusedCount: 1_000, refused: many })).toEqual([
      expect.stringMatching(/^1.000 × A\. /),
    ]);
  });

  it('says when only the first of them are known', () => {
    expect(refusalTexts({ refusedCount: 2_500, refused: many })).toEqual([
      expect.stringMatching(/^1.000 of the first 1.000 × A\. /),
    ]);
  });
});

describe('redrivenText', () => {
  it('says how many', () => {
    expect(redrivenText(result(1, 0))).toBe('1 letter redriven.');
  });

  it('says how many were refused, and why', () => {
    expect(redrivenText({ redriven: 2, refusedCount: 1, refused: [refused('too many.')] })).toBe(
      '2 letters redriven, 1 refused. 1 × Too many. Open the letter and edit its payload.',
    );
  });
});

it.each([
  [false, 'Cancelled: 2 letters discarded.'],
  [true, 'Cancelled: at least 2 letters discarded.'],
])('a cancelled discard says how many are gone', (isUnknown, text) => {
  expect(cancelledDiscardText(2, isUnknown)).toBe(text);
});

it('redrivenText says that what was chosen is gone', () => {
  expect(redrivenText(result(0, 0))).toMatch(/^Nothing was redriven: what was chosen is gone\./);
});

describe('cancelledText', () => {
  it.each([
    [false, 'Cancelled: 2 letters redriven, 3 refused.'],
    [true, 'Cancelled: at least 2 letters redriven, 3 refused.'],
  ])('says how many were redriven; page under way: %s', (isUnknown, text) => {
    expect(cancelledText(result(2, 3), isUnknown)).toBe(text);
  });
});

describe('wouldRedriveText', () => {
  it('says how many', () => {
    expect(wouldRedriveText(result(1_204, 0))).toMatch(/^Would redrive 1.204 letters\.$/);
  });

  it('says how many would be refused', () => {
    expect(wouldRedriveText(result(0, 3))).toBe('Would redrive 0 letters; 3 refused:');
  });
});
