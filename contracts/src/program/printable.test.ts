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
];

describe('printable', () => {
  it.each(acting)('shows %s as its number', (_name, code) => {
    const shown = `\\u${code.toString(16).padStart(4, '0')}`;
    expect(printable(`a${of(code)}b`)).toBe(`a${shown}b`);
  });

  it('leaves all other text as it is', () => {
    const text = 'C:\\Müller "x" 日本 👩‍🚀 – 1 €';
    expect(printable(text)).toBe(text);
  });
});

describe('field', () => {
  it.each(['/tmp/a.txt', 'C:\\a.txt', 'tags.0', 'Zoë', 'a=b'])('leaves the plain word %s alone', (word) => {
    expect(field(word)).toBe(word);
  });

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
