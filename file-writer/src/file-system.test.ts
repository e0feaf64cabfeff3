import { describe, expect, it } from '@jest/globals';
import { failureOf, FileError } from './file-system.js';

describe('failureOf', () => {
  it.each([
    [new FileError('EILSEQ', 'not text'), { code: 'EILSEQ', message: 'EILSEQ: not text' }],
    [Object.assign(new Error('no'), { code: 7 }), { code: 'UNKNOWN', message: 'no' }],
    [new RangeError('too deep'), { code: 'UNKNOWN', message: 'too deep' }],
    ['no error at all', { code: 'UNKNOWN', message: 'no error at all' }],
    [undefined, { code: 'UNKNOWN', message: 'undefined' }],
    [null, { code: 'UNKNOWN', message: 'null' }],
  ])('says what %p says', (thrown, expected) => {
    expect(failureOf(thrown)).toEqual(expected);
  });
});
