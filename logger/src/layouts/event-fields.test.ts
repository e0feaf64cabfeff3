import { describe, expect, it } from '@jest/globals';
import { changes, cut, excerpt } from './event-fields.js';

describe('changes', () => {
  it('shows both values of each changed path', () => {
    const before = { price: 5, tags: ['old'], size: { width: 1 } };
    const after = { price: 6, tags: ['old', 'new'], size: { width: 1, height: 2 } };
    expect(changes({ before, after, changed: ['price', 'tags.1', 'size.height'] })).toBe(
      'price: 5 → 6, tags.1: (none) → "new", size.height: (none) → 2',
    );
  });

  it('shows only the path when neither document has it', () => {
    expect(changes({ before: { a: 1 }, after: { a: 2 }, changed: ['a.b.c', '__proto__', 'b c'] })).toBe(
      'a.b.c, __proto__, "b c"',
    );
  });

  it('cuts long values', () => {
    const line = changes({ before: { a: 'x'.repeat(100) }, after: { a: null }, changed: ['a'] });
    expect(line).toBe(`a: "${'x'.repeat(58)}… → null`);
  });

  it('shows what acts on a terminal', () => {
    const update = { before: { a: '\u009b2J' }, after: { a: '\u202ex' }, changed: ['a', 'b\nc'] };
    expect(changes(update)).toBe('a: "\\u009b2J" → "\\u202ex", "b\\nc"');
  });
});

describe('cut', () => {
  it('keeps what fits', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
  });

  it('leaves no half of a character', () => {
    expect(cut('a👩bc', 3)).toBe('a…');
  });
});

describe('excerpt', () => {
  it('is compact JSON', () => {
    expect(excerpt({ a: [1, 'b'] }, 100)).toBe('{"a":[1,"b"]}');
  });
});
