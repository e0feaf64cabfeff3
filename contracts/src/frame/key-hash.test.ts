import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyHash } from './key-hash.js';

it.each([
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
  ['é', 0x6c0b6c44],
])('%s is hashed as by FNV-1a', (key, hash) => {
  expect(keyHash(key)).toBe(hash);
});

it('is 32 bits, and never the 0 of a message without a key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      const hash = keyHash(key);
      expect(hash).toBe(hash >>> 0);
      expect(hash).not.toBe(0);
    }),
  );
});

it('keeps a key apart whose hash would be 0', () => {
  // Found by trying: its FNV-1a is 0.
  expect(keyHash('O6I\u2d03')).toBe(1);
});

it('is different for ten thousand keys', () => {
  const hashes = new Set(Array.from({ length: 10_000 }, (_, number) => keyHash(`order-${number}`)));
  expect(hashes.size).toBeGreaterThan(9_990);
});
