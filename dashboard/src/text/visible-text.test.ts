import { describe, expect, it } from '@jest/globals';
import { segmentsOf, unseenNames } from './visible-text.js';

const named = (text: string): string[] =>
  segmentsOf(text).flatMap((segment) => (segment.isNamed ? [segment.text] : []));

describe('text that anybody may have written', () => {
  it.each([
    ['the override of directions', 'a\u202Eb', ['U+202E']],
    ['isolates', '\u2066x\u2069', ['U+2066', 'U+2069']],
    ['control characters', '\u0000\u001B[31m\r', ['U+0000', 'U+001B', 'U+000D']],
    ['what has no width', 'pay\u200Bpal\uFEFF', ['U+200B', 'U+FEFF']],
    ['tags', '\u{E0041}', ['U+E0041']],
    ['half of a pair', '\uD800', ['U+D800']],
    ['separators of lines', '\u2028\u2029', ['U+2028', 'U+2029']],
  ])('has the names of %s', (_what, text, names) => {
    expect(named(text)).toEqual(names);
  });

  it('is otherwise as it was', () => {
    const text = '<b>Grüße</b>\n\t日本 😀';
    expect(segmentsOf(text)).toEqual([{ text, isNamed: false }]);
  });

  it('keeps its order', () => {
    expect(
      segmentsOf('a\u0007b')
        .map(({ text }) => text)
        .join('|'),
    ).toBe('a|U+0007|b');
  });

  it('is few segments, however many characters have names', () => {
    const segments = segmentsOf('a\u202E'.repeat(50_000));
    expect(segments).toHaveLength(2_001);
  });

  it('shows no character that has a name, however many they are', () => {
    const text = segmentsOf('\u202E'.repeat(5_000)).map((segment) => segment.text);
    expect(text.join('')).not.toContain('\u202E');
  });
});

it.each<[unknown, string[]]>([
  ['a\u202Eb\u202E\u0000', ['U+202E', 'U+0000']],
  [{ list: ['\u200B'], ['\u2066']: 1 }, ['U+200B', 'U+2066']],
  [{ text: 'Grüße\n\t日本 😀', count: 1, nothing: null }, []],
  [undefined, []],
])('the names of what cannot be seen in %j are %j', (value, names) => {
  expect(unseenNames(value)).toEqual(names);
});
