import { describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { isGuessable } from './guessable-key.js';

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

  it('that a random generator makes is never refused', () => {
    const made = Array.from({ length: 2_000 }, () => [
      randomBytes(32).toString('hex'),
      randomBytes(16).toString('base64url'),
      randomUUID(),
    ]);
    expect(made.flat().filter(isGuessable)).toEqual([]);
  });
});
