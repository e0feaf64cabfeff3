import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { field, printable } from './printable.js';

/** Written as numbers, so that this file itself holds none of them. */
const of = (...codes: number[]): string => String.fromCharCode(...codes);

const acting: readonly (readonly [string, number])[] = [
  ['a line feed', 0x0a],
  ['a carriage return', 0x0d],
  ['a backspace', 0x08],
  ['a bell', 0x07],
  ['an escape', 0x1b],
  ['a delete', 0x7f],
  ['a C1 next line', 0x85],
  ['a C1 control sequence introducer', 0x9b],
  ['a line separator', 0x2028],
  ['a paragraph separator', 0x2029],
  ['a right-to-left override', 0x202e],
  ['a first strong isolate', 0x2068],
  ['a left-to-right mark', 0x200e],
  ['an Arabic letter mark', 0x061c],
  ['a zero-width space', 0x200b],
  ['a zero-width non-joiner', 0x200c],
  ['a zero-width joiner', 0x200d],
  ['a word joiner', 0x2060],
  ['an invisible separator', 0x2063],
  ['a byte order mark', 0xfeff],
  ['a soft hyphen', 0x00ad],
  ['an interlinear annotation anchor', 0xfff9],
  ['a Hangul filler', 0x3164],
  ['a combining grapheme joiner', 0x034f],
  ['a variation selector', 0xfe0f],
  ['a lone surrogate', 0xd83d],
];

describe('printable', () => {
  it.each(acting)('shows %s as its number', (_name, code) => {
    const shown = `\\u${code.toString(16).padStart(4, '0')}`;
    expect(printable(`a${of(code)}b`)).toBe(`a${shown}b`);
  });

  it.each([
    ['a tag', 0xe0041, '\\udb40\\udc41'],
    ['a language tag', 0xe0001, '\\udb40\\udc01'],
    ['a supplementary variation selector', 0xe0100, '\\udb40\\udd00'],
    ['a musical format character', 0x1d173, '\\ud834\\udd73'],
  ])('shows %s, which has two units, as both of their numbers', (_name, code, shown) => {
    expect(printable(`a${String.fromCodePoint(code)}b`)).toBe(`a${shown}b`);
    expect(field(`a${String.fromCodePoint(code)}b`)).toBe(`"a${shown}b"`);
  });

  it('leaves all other text as it is', () => {
    const text = 'C:\\Müller "x" 日本 🚀 – 1 € é';
    expect(printable(text)).toBe(text);
  });
});

describe('field', () => {
  it.each(['/tmp/a.txt', 'C:\\a.txt', 'tags.0', 'Zoë', 'a=b'])(
    'leaves the plain word %s unchanged',
    (word) => {
      expect(field(word)).toBe(word);
    },
  );

  it.each([
    ['', '""'],
    ['a b', '"a b"'],
    ['say "x"', '"say \\"x\\""'],
    [`a\nb`, '"a\\nb"'],
    [`a${of(0x9b)}b`, '"a\\u009bb"'],
    [`a${of(0x202e)}b`, '"a\\u202eb"'],
    [`a${of(0xa0)}b`, `"a${of(0xa0)}b"`],
  ])('quotes %j', (text, expected) => {
    expect(field(text)).toBe(expected);
  });

  it('shows different texts differently, and can be read back when quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = field(text);
        expect(shown.startsWith('"') ? JSON.parse(shown) : shown).toBe(text);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });
});
