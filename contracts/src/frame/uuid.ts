/** UUIDs as text and as 16 bytes. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
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

export const readUuid = (bytes: Uint8Array, at: number): string => {
  let text = '';
  for (let byte = 0; byte < UUID_BYTES; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += '-';
    text += HEX[bytes[at + byte] ?? 0] ?? '';
  }
  return text;
};

/** Writes a UUID that `isUuid` accepts. */
export const writeUuid = (bytes: Uint8Array, at: number, uuid: string): void => {
  for (let byte = 0; byte < UUID_BYTES; byte++) {
    const digit = DIGITS[byte] ?? 0;
    bytes[at + byte] =
      ((NIBBLE[uuid.charCodeAt(digit)] ?? 0) << 4) | (NIBBLE[uuid.charCodeAt(digit + 1)] ?? 0);
  }
};
