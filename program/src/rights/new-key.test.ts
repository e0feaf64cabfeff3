import { describe, expect, it } from '@jest/globals';
import { parseKeysFile } from './keys-file.js';
import { keyDigest, newKeyText } from './new-key.js';

const parts = (text: string) => text.split('\n').filter((line) => line.startsWith('  '));

describe('a new key', () => {
  it('has 256 random bits, and an entry with its digest that fits into a keys file', () => {
    const [key = '', entry = ''] = parts(newKeyText('shop')).map((line) => line.trim());
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
