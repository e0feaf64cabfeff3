import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { dedupeId } from './dedupe-id.js';
import { isUuid } from './frame/uuid.js';

const refused = (key: unknown): unknown => {
  try {
    return dedupeId('files', key);
  } catch (error) {
    return error;
  }
};

describe('the id of a dedupe key', () => {
  it('is a UUID of version 8, made of the hash of queue and key', () => {
    const id = dedupeId('files', 'order 17');
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('8');
    expect('89ab'.includes(id[19] ?? '')).toBe(true);
    const hash = createHash('sha256').update('files\0order 17').digest('hex');
    expect(id.slice(0, 13).replace('-', '')).toBe(hash.slice(0, 12));
    expect(id.slice(24)).toBe(hash.slice(20, 32));
  });

  it('is the same for the same key of a queue, and another one for each other key and queue', () => {
    const keys = ['a', 'b', 'A', ' a', '\u00e9', 'e\u0301'];
    const ids = ['files', 'database'].flatMap((queue) => keys.map((key) => dedupeId(queue, key)));
    expect(new Set(ids).size).toBe(ids.length);
    const someKey = fc.string({ minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(someKey, someKey, (one, other) => {
        expect(dedupeId('files', one) === dedupeId('files', other)).toBe(one === other);
      }),
    );
  });

  it('takes up to 255 bytes', () => {
    expect(isUuid(dedupeId('files', 'x'.repeat(255)))).toBe(true);
    expect(isUuid(dedupeId('files', 'é'.repeat(127)))).toBe(true);
  });

  it.each(['', 'x'.repeat(256), 'é'.repeat(128), '\ud800', 17, null, {}])('is refused for %j', (key) => {
    expect(refused(key)).toMatchObject({ code: 'message_invalid', details: { queue: 'files', limit: 255 } });
  });
});
