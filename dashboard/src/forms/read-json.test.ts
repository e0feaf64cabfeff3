import { describe, expect, it } from '@jest/globals';
import { readJson } from './read-json.js';

describe('readJson', () => {
  it('reads a value', () => {
    expect(readJson('{"a":[1]}')).toEqual({ kind: 'value', value: { a: [1] } });
  });

  it.each(['', '{', "{'a':1}"])('says why %j is no JSON', (text) => {
    expect(readJson(text)).toEqual({
      kind: 'unreadable',
      reason: expect.stringMatching(/^This is not JSON: ./),
    });
  });

  it.each(['1e999', '{"a":1,"a":2}'])('has no value of %s, of which something would be lost', (text) => {
    expect(readJson(text).kind).toBe('unreadable');
  });
});
