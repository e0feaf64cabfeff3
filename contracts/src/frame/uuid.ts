/** UUIDs as text and as 16 bytes. */
const DIGIT_CODES = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** The characters of a byte's two digits. */
const HIGH_DIGIT = Uint8Array.from({ length: 256 }, (_, byte) => DIGIT_CODES[byte >>> 4] ?? 0);
const LOW_DIGIT = Uint8Array.from({ length: 256 }, (_, byte) => DIGIT_CODES[byte & 15] ?? 0);
const NIBBLE = Int8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? -1 : value;
});
/** The offset of each byte's two digits in the text. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const UUID_BYTES = 16;

/** Zeros: no producer, no id. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

export const isUuid = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

/** The characters of a text, dashes included: used for each UUID that is read. */
const characters = Array.from(NIL_UUID, (character) => character.charCodeAt(0));

/** One string of 36 characters: joined from pieces it would take ten times the memory. */
export const readUuid = (bytes: Uint8Array, at: number): string => {
  for (let index = 0; index < UUID_BYTES; index++) {
    const byte = bytes[at + index] ?? 0;
    const digit = DIGITS[index] ?? 0;
    characters[digit] = HIGH_DIGIT[byte] ?? 0;
    characters[digit + 1] = LOW_DIGIT[byte] ?? 0;
  }
  return String.fromCharCode(...characters);
};

/** A UUID of version 8 (RFC 9562) from the first bytes of a hash, which are changed. */
export const uuidOfHash = (hash: Uint8Array): string => {
  hash[6] = 0x80 | ((hash[6] ?? 0) & 0x0f);
  hash[8] = 0x80 | ((hash[8] ?? 0) & 0x3f);
  return readUuid(hash, 0);
};

/** Writes a UUID that `isUuid` accepts. */
export const writeUuid = (bytes: Uint8Array, at: number, uuid: string): void => {
  for (let byte = 0; byte < UUID_BYTES; byte++) {
    const digit = DIGITS[byte] ?? 0;
    bytes[at + byte] =
      ((NIBBLE[uuid.charCodeAt(digit)] ?? 0) << 4) | (NIBBLE[uuid.charCodeAt(digit + 1)] ?? 0);
  }
};
