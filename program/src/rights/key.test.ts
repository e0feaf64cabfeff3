import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { parseKeysFile } from './keys-file.js';
import { isGuessable, keyDigest, newKeyText } from './key.js';

const indented = (text: string) => text.split('\n').filter((line) => line.startsWith('  '));

describe('a new key', () => {
  it('has 256 random bits, and an entry with its digest that fits into a keys file', () => {
    const [key = '', entry = ''] = indented(newKeyText('shop')).map((line) => line.trim());
    expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    expect(entry).not.toContain(key);
    expect(parseKeysFile(`{"keys":[${entry}]}`)).toMatchObject([{ name: 'shop', sha256: keyDigest(key) }]);
  });

  it('is another each time', () => {
    expect(newKeyText('shop')).not.toBe(newKeyText('shop'));
  });

  it.each(['', 'two words', 'x'.repeat(129)])('has no name like %j', (name) => {
    expect(() => newKeyText(name)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});

describe('a key', () => {
  it.each([
    'aaaaaaaaaaaaaaaa',
    'a'.repeat(1_000),
    'abababababababab',
    '0123456789abcdef',
    '0123456789012345678901234567890123456789',
    'fedcba9876543210',
    'qwertyuiopasdfgh',
    'QWERTYUIOPasdfghjkl',
    'passwordpassword',
    'password12345678',
    'secretsecretsecret',
    'changemechangeme',
    'xyz-xyz-xyz-xyz-xyz-',
    'k3J$x9',
  ])('%j is guessable', (key) => {
    expect(isGuessable(key)).toBe(true);
  });

  it.each(['key-of-the-logger', 'a-key-of-more-than-16-characters', '9f3b1c7ae2d84056', 'grüner-Tee-um-4'])(
    '%j is not guessable',
    (key) => {
      expect(isGuessable(`${key}!`)).toBe(false);
    },
  );

  it('that a random generator makes is not refused', () => {
    // By hashes of numbers: of real random keys about one in a million is refused.
    const made = Array.from({ length: 2_000 }, (_, number) => {
      const bytes = createHash('sha256').update(String(number)).digest();
      return [bytes.toString('hex'), bytes.subarray(0, 16).toString('base64url')];
    });
    expect(made.flat().filter(isGuessable)).toEqual([]);
  });
});
