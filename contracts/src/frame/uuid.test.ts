import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUuid, NIL_UUID, readUuid, writeUuid } from './uuid.js';

it('writes and reads every UUID', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = readUuid(bytes, 0);
      const again = new Uint8Array(20);
      writeUuid(again, 3, text);
      expect(isUuid(text)).toBe(true);
      expect(again.subarray(3, 19)).toEqual(bytes);
      expect(again[2]).toBe(0);
      expect(again[19]).toBe(0);
    }),
  );
});

it('reads UUIDs as they are usually written', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const bytes = new Uint8Array(16);
      writeUuid(bytes, 0, uuid.toUpperCase());
      expect(readUuid(bytes, 0)).toBe(uuid);
      expect(bytes).toEqual(Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex')));
    }),
  );
});

it('accepts zeros', () => {
  expect(readUuid(new Uint8Array(16), 0)).toBe(NIL_UUID);
  expect(isUuid(NIL_UUID)).toBe(true);
});

it.each([
  ['', 'nothing'],
  ['01890a5d-ac96-774b-bcce-b302099a805', 'a digit too few'],
  ['01890a5d-ac96-774b-bcce-b302099a80577', 'a digit too many'],
  ['01890a5dac96774bbcceb302099a8057', 'no dashes'],
  ['01890a5-dac96-774b-bcce-b302099a8057', 'a dash in a wrong place'],
  ['{1890a5d-ac96-774b-bcce-b302099a805}', 'braces'],
  ['g1890a5d-ac96-774b-bcce-b302099a8057', 'a letter that is no digit'],
  ['01890a5d-ac96-774b-bcce-b302099a8057\n', 'a line end after it'],
  ['٠1890a5d-ac96-774b-bcce-b302099a8057', 'a digit of another script'],
  [undefined, 'no text'],
  [Object('01890a5d-ac96-774b-bcce-b302099a8057'), 'an object'],
])('%s is no UUID: %s', (value) => {
  expect(isUuid(value)).toBe(false);
});
