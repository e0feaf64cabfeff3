/** Text and checksums without Node; the import `#bytes` chooses this file or bytes.node.ts. */
const encoder = new TextEncoder();
/** A byte order mark is text as well: Node keeps it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { fatal: true });

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 as in zlib and PNG (ISO 3309), of `bytes` from `from` to before `to`. */
export const crc32 = (bytes: Uint8Array, from: number, to: number): number => {
  let crc = 0xffffffff;
  for (let at = from; at < to; at++) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
};

/** Writes text as UTF-8 and returns how many bytes it took. Three bytes a character always suffice. */
export const writeText = (into: Uint8Array, at: number, text: string): number =>
  encoder.encodeInto(text, into.subarray(at)).written;

export const readText = (bytes: Uint8Array, from: number, to: number): string =>
  decoder.decode(bytes.subarray(from, to));

export const isText = (bytes: Uint8Array, from: number, to: number): boolean => {
  try {
    strictDecoder.decode(bytes.subarray(from, to));
    return true;
  } catch {
    return false;
  }
};

/** Uninitialized memory: only for bytes that are written in full before they are read. */
export const allocate = (length: number): Uint8Array => new Uint8Array(length);

/** Uninitialized memory that `writeText` writes to often. @alias */
export const scratch = allocate;
