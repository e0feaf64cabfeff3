import { crc32 } from 'node:zlib';
import { decode, encode } from '../bson/document.js';
import type { Operation } from '../store/operation.js';

/** At the start of the file; the number is that of the format. */
export const MAGIC = Buffer.from('typed-queue mongo log 1\n');

const HEADER = 8;

/** A record: length and crc32 of what follows, then the operations of one command, each a BSON document. */
export const encodeRecord = (operations: readonly Operation[]): Buffer => {
  const payload = Buffer.concat(operations.map((operation) => encode({ ...operation })));
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([header, payload]);
};

type ReadRecord =
  | { readonly kind: 'record'; readonly operations: readonly Operation[]; readonly end: number }
  /** The file ends within the record. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged' };

/** Reads the record at an offset below the end of the bytes. */
export const readRecord = (bytes: Buffer, offset: number): ReadRecord => {
  const start = offset + HEADER;
  if (start > bytes.length) return { kind: 'torn' };
  const length = bytes.readUInt32LE(offset);
  const end = start + length;
  if (length === 0 && bytes.subarray(offset).every((byte) => byte === 0)) return { kind: 'torn' };
  if (end > bytes.length) return { kind: 'torn' };
  const payload = bytes.subarray(start, end);
  if (crc32(payload) !== bytes.readUInt32LE(offset + 4)) {
    return { kind: end === bytes.length ? 'torn' : 'damaged' };
  }
  return { kind: 'record', operations: operationsOf(payload), end };
};

const operationsOf = (payload: Buffer): readonly Operation[] => {
  const operations: Operation[] = [];
  for (let at = 0; at < payload.length; at += payload.readInt32LE(at)) {
    const document: unknown = decode(payload.subarray(at, at + payload.readInt32LE(at)));
    // Safe: the checksum says that these are the bytes that this format's `encodeRecord` made.
    operations.push(document as Operation);
  }
  return operations;
};
