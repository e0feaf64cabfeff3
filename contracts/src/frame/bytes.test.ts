import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as chosen from '#bytes';
import * as browser from './bytes.js';
import * as node from './bytes.node.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
);

/** Bytes, and a part of them. */
const part = fc.uint8Array({ maxLength: 64 }).chain((bytes) =>
  fc.tuple(fc.constant(bytes), fc.nat(bytes.length), fc.nat(bytes.length)).map(([bytes, one, other]) => ({
    bytes,
    from: Math.min(one, other),
    to: Math.max(one, other),
  })),
);

const writtenTo = (memory: Uint8Array, bytes: typeof node, text: string): readonly [number, Uint8Array] => [
  bytes.writeText(memory.fill(0), 5, text),
  Uint8Array.from(memory),
];
const written = (bytes: typeof node, text: string) =>
  writtenTo(new Uint8Array(text.length * 3 + 5), bytes, text);

it('chooses the functions of Node in Node', () => {
  expect({ ...chosen }).toEqual({ ...node });
});

it('knows the checksum of zlib', () => {
  const digits = new TextEncoder().encode('123456789');
  for (const { crc32 } of [browser, node]) {
    expect(crc32(digits, 0, 9)).toBe(0xcbf43926);
    expect(crc32(digits, 4, 4)).toBe(0);
  }
});

it('keeps a byte order mark', () => {
  for (const { readText } of [browser, node]) {
    expect(readText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31), 0, 4)).toBe('\ufeff1');
  }
});

it('knows what is no UTF-8', () => {
  for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
    for (const { isText } of [browser, node])
      expect(isText(Uint8Array.from(bytes), 0, bytes.length)).toBe(false);
  }
});

describe('Node and browsers agree', () => {
  it('on checksums, on what is text and on reading it', () => {
    fc.assert(
      fc.property(part, ({ bytes, from, to }) => {
        expect(browser.crc32(bytes, from, to)).toBe(node.crc32(bytes, from, to));
        expect(browser.isText(bytes, from, to)).toBe(node.isText(bytes, from, to));
        expect(browser.readText(bytes, from, to)).toBe(node.readText(bytes, from, to));
      }),
      { numRuns: 1000 },
    );
  });

  it('on writing text, half characters included', () => {
    fc.assert(
      fc.property(text, (text) => {
        const [length, memory] = written(browser, text);
        expect([length, memory]).toEqual(written(node, text));
        expect([length, memory]).toEqual(writtenTo(node.scratch(text.length * 3 + 5), node, text));
        expect(browser.isText(memory, 5, 5 + length)).toBe(true);
        expect(browser.readText(memory, 5, 5 + length)).toBe(Buffer.from(text).toString());
      }),
      { numRuns: 1000 },
    );
  });

  it('on memory: as much as asked for, whose copies share nothing', () => {
    for (const { allocate } of [browser, node]) {
      const memory = allocate(10).fill(1);
      memory.slice().fill(2);
      expect(memory).toEqual(new Uint8Array(10).fill(1));
    }
  });
});
