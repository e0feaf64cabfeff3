import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { transformBytes, upperCase } from './transform.js';

describe('transformBytes', () => {
  it('transforms text of any script', () => {
    const bytes = transformBytes(Buffer.from('straße, déjà vu, 日本 👩‍🚀\r\n'), upperCase);
    expect(bytes.toString()).toBe('STRASSE, DÉJÀ VU, 日本 👩‍🚀\r\n');
  });

  it('takes any transform', () => {
    expect(transformBytes(Buffer.from('abc'), (text) => `${text}${text}`).toString()).toBe('abcabc');
  });

  it('changes nothing but what the transform changes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, marked) => {
        const bytes = Buffer.from(marked ? `\uFEFF${text}` : text);
        expect(transformBytes(bytes, (same) => same)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80]],
    ['a cut character', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
  ])('refuses %s', (_name, bytes) => {
    expect(() => transformBytes(Buffer.from(bytes), upperCase)).toThrow(
      expect.objectContaining({
        code: 'EILSEQ',
        message: expect.stringMatching(/^EILSEQ: .*not valid UTF-8/),
      }),
    );
  });
});
