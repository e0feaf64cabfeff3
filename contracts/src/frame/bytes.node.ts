/** Text and checksums in Node; the import `#bytes` chooses this file or bytes.ts. */
import { Buffer, isAscii, isUtf8 } from 'node:buffer';
import { crc32 as zlibCrc32 } from 'node:zlib';

const view = (bytes: Uint8Array, from: number, to: number): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);

export const crc32 = (bytes: Uint8Array, from: number, to: number): number =>
  zlibCrc32(view(bytes, from, to));

export const writeText = (into: Uint8Array, at: number, text: string): number =>
  into instanceof Buffer ? into.write(text, at) : view(into, at, into.byteLength).write(text);

/** Most JSON is ASCII: to find that out and to copy it is cheaper than to decode it. */
export const readText = (bytes: Uint8Array, from: number, to: number): string => {
  // As `subarray` in browsers.
  if (from >= to) return '';
  const text = view(bytes, from, to);
  return text.toString(isAscii(text) ? 'latin1' : 'utf8');
};

export const isText = (bytes: Uint8Array, from: number, to: number): boolean => isUtf8(view(bytes, from, to));

/** No Buffer: its `slice` would share memory where that of every other Uint8Array copies. */
export const allocate = (length: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);

/** Uninitialized memory that `writeText` writes to often: a Buffer needs no view for each text. */
export const scratch = (length: number): Uint8Array => Buffer.allocUnsafeSlow(length);
