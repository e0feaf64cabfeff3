/**
 * Reads JSON in UTF-8 bytes without building values, as `JSON.stringify` writes it: without spaces. Each function takes
 * where a part begins and returns where it ends; `UNREAD` for what is no JSON, and for what only a whole parser tells.
 */
export type Scan = (bytes: Uint8Array, at: number) => number;

export const UNREAD = -1;

/** Fewer than the levels that a payload may have: what is nested deeper is left to the parser. */
const MAX_DEPTH = 64;
/** In characters: without an exponent, every number of up to this length is finite. */
const MAX_NUMBER_LENGTH = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
/** What may follow a backslash, but for `u`. */
const ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\/bfnrt', (text) => text.charCodeAt(0)));
const U = 0x75;

const encoder = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);

export const isTextAt = (bytes: Uint8Array, at: number, text: Uint8Array): boolean => {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text[index]) return false;
  }
  return true;
};

/** One value, as this text. */
export const scanText =
  (text: Uint8Array): Scan =>
  (bytes, at) =>
    isTextAt(bytes, at, text) ? at + text.length : UNREAD;

export const scanString: Scan = (bytes, start) => {
  if (bytes[start] !== QUOTE) return UNREAD;
  let at = start + 1;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return UNREAD;
    if (byte !== BACKSLASH) at++;
    else if (ESCAPES.has(bytes[at + 1] ?? 0)) at += 2;
    else if (bytes[at + 1] === U && isHex(bytes, at + 2)) at += 6;
    else return UNREAD;
  }
};

/** A string of which each byte is a character of its value. */
export const scanPlainString: Scan = (bytes, start) => {
  if (bytes[start] !== QUOTE) return UNREAD;
  for (let at = start + 1; ; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return UNREAD;
  }
};

const isHex = (bytes: Uint8Array, at: number): boolean => {
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index] ?? 0;
    const letter = byte | 0x20;
    if (!isDigit(byte) && (letter < 0x61 || letter > 0x66)) return false;
  }
  return true;
};

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** A whole number, without a point. */
export const scanInteger: Scan = (bytes, start) => {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const digit = bytes[first] ?? 0;
  if (!isDigit(digit)) return UNREAD;
  return digit === ZERO ? first + 1 : endOfDigits(bytes, first + 1);
};

/** A finite number, without an exponent. */
export const scanNumber: Scan = (bytes, start) => {
  const point = scanInteger(bytes, start);
  if (point === UNREAD) return UNREAD;
  const end = bytes[point] === POINT ? endOfDigits(bytes, point + 1) : point;
  return end === point + 1 || end - start > MAX_NUMBER_LENGTH ? UNREAD : end;
};

const endOfDigits = (bytes: Uint8Array, start: number): number => {
  let at = start;
  while (isDigit(bytes[at] ?? 0)) at++;
  return at;
};

const scanTrue = scanText(bytesOf('true'));
const scanFalse = scanText(bytesOf('false'));
const scanNull = scanText(bytesOf('null'));

/** Any value. */
export const scanValue: Scan = (bytes, at) => scanNested(bytes, at, MAX_DEPTH);

const scanNested = (bytes: Uint8Array, at: number, levels: number): number => {
  switch (bytes[at] ?? 0) {
    case QUOTE:
      return scanString(bytes, at);
    case OPEN_OBJECT:
      return levels === 0 ? UNREAD : scanAnyObject(bytes, at, levels - 1);
    case OPEN_ARRAY:
      return levels === 0 ? UNREAD : scanAnyArray(bytes, at, levels - 1);
    case 0x74:
      return scanTrue(bytes, at);
    case 0x66:
      return scanFalse(bytes, at);
    case 0x6e:
      return scanNull(bytes, at);
    default:
      return scanNumber(bytes, at);
  }
};

const scanAnyObject = (bytes: Uint8Array, start: number, levels: number): number => {
  if (bytes[start + 1] === CLOSE_OBJECT) return start + 2;
  let at = start;
  do {
    const value = scanKey(bytes, at + 1);
    at = value === UNREAD ? UNREAD : scanNested(bytes, value, levels);
    if (at === UNREAD) return UNREAD;
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSE_OBJECT ? at + 1 : UNREAD;
};

const scanAnyArray = (bytes: Uint8Array, start: number, levels: number): number => {
  if (bytes[start + 1] === CLOSE_ARRAY) return start + 2;
  let at = start;
  do {
    at = scanNested(bytes, at + 1, levels);
    if (at === UNREAD) return UNREAD;
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSE_ARRAY ? at + 1 : UNREAD;
};

const PROTOTYPE = bytesOf('"__proto__"');

/**
 * A name and its colon. Not one with an escape, which may be another name in disguise, and not `__proto__`, with which
 * each library does something else.
 */
export const scanKey: Scan = (bytes, start) => {
  if (bytes[start] !== QUOTE || isTextAt(bytes, start, PROTOTYPE)) return UNREAD;
  for (let at = start + 1; ; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return bytes[at + 1] === COLON ? at + 2 : UNREAD;
    if (byte < 0x20 || byte === BACKSLASH) return UNREAD;
  }
};
