import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { utf8Decoder } from './utf8.js';

const decode = (chunks: readonly Uint8Array[]): string => {
  const decoder = utf8Decoder();
  const text = chunks.map((chunk) => decoder.decode(chunk)).join('');
  decoder.end();
  return text;
};

/** The bytes, cut at these places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
};

const places = fc.array(fc.nat());
const illegal = expect.objectContaining({
  code: 'EILSEQ',
  message: expect.stringMatching(/^EILSEQ: .*not valid UTF-8/),
});

describe('utf8Decoder', () => {
  it('gives the text however the bytes are cut, its byte order mark too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), places, (content, marked, at) => {
        const text = marked ? `\uFEFF${content}` : content;
        expect(decode(cut(Buffer.from(text), at))).toBe(text);
      }),
    );
  });

  it('gives a character with its last byte, never a part of it', () => {
    const decoder = utf8Decoder();
    const texts = Array.from(Buffer.from('aß日👩'), (byte) => decoder.decode(Uint8Array.of(byte)));
    expect(texts).toEqual(['a', '', 'ß', '', '', '日', '', '', '', '👩']);
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80]],
    ['a cut character', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
    ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %s, in one chunk or in many', (_name, bytes) => {
    expect(() => decode([Buffer.from(bytes)])).toThrow(illegal);
    expect(() => decode(bytes.map((byte) => Buffer.of(byte)))).toThrow(illegal);
  });

  it('refuses exactly what is not UTF-8, however it is cut', () => {
    // Bytes that begin, continue or end a character in all the ways there are.
    const byte = fc.constantFrom(
      0x61,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc2,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), places, (content, at) => {
        const bytes = Buffer.from(content);
        const chunks = cut(bytes, at);
        if (isUtf8(bytes)) expect(Buffer.from(decode(chunks))).toEqual(bytes);
        else expect(() => decode(chunks)).toThrow(illegal);
      }),
      { numRuns: 1_000 },
    );
  });
});
