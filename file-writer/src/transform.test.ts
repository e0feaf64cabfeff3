import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { piecewise, upperCase, type Transform } from './transform.js';

const apply = (transform: Transform, chunks: readonly string[]): string => {
  const transformation = transform();
  return chunks.map((chunk) => transformation.push(chunk)).join('') + transformation.end();
};

describe('upperCase', () => {
  it('transforms text of any script', () => {
    expect(apply(upperCase, ['straße, dé', 'jà vu, 日本 👩‍🚀', ' 𐐨𐐩\r\n'])).toBe(
      'STRASSE, DÉJÀ VU, 日本 👩‍🚀 𐐀𐐁\r\n',
    );
  });

  it('may be cut before and after every character there is', () => {
    const characters = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code));
    expect(apply(upperCase, characters) === characters.join('').toUpperCase()).toBe(true);
  });

  it('gives the same wherever a text is cut', () => {
    const character = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      // What has several forms, or an upper case of several characters.
      fc.constantFrom('ß', 'σ', 'ς', 'ΐ', 'ﬁ', 'ŉ', 'i', 'ı', '\u0307', '\u0345', '\u0301', 'ǆ', 'ᾳ'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(character)), (chunks) => {
        const texts = chunks.map((chunk) => chunk.join(''));
        expect(apply(upperCase, texts)).toBe(texts.join('').toUpperCase());
      }),
    );
  });
});

describe('piecewise', () => {
  it('starts afresh with each file, and keeps nothing back', () => {
    const doubled = piecewise((text) => text.replaceAll('a', 'aa'));
    expect(apply(doubled, ['ab', 'a'])).toBe('aabaa');
    expect(doubled().end()).toBe('');
  });
});
