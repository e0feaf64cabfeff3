import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/**
 * A small checksummed block of fixed size: the header and the trailer of a segment, and the checkpoints. Little-endian.
 *
 *    0  u32  crc32 of the block from byte 4 on
 *    4  4B   magic: what the block is
 *    8  u16  version
 *   10  u16  length of the block
 *   12  4B   zeros
 *   16  u64  four numbers, whose meaning depends on the magic
 *   48  u8   length of the epoch, and its text; then zeros
 *
 * Bytes 0 to 12 mean the same in every version, so that the checksum tells a newer block from a damaged one. No magic
 * contains the letters that a frame begins with, so a search for frames never stops at a block.
 */
export const BLOCK_SIZE = 96;
const VERSION = 1;
const AT = { magic: 4, version: 8, length: 10, numbers: 16, epochLength: 48, epoch: 49 } as const;

export type Magic = 'SEGH' | 'SEGT' | 'MARK' | 'GONE';

export interface Block {
  readonly epoch: string;
  readonly numbers: readonly [number, number, number, number];
}

export type BlockAt =
  | { readonly kind: 'block'; readonly block: Block }
  /** Intact, but of a version that this code does not know. */
  | { readonly kind: 'foreign'; readonly version: number }
  | { readonly kind: 'bad' };

export const encodeBlock = (magic: Magic, { epoch, numbers }: Block): Uint8Array => {
  const bytes = Buffer.alloc(BLOCK_SIZE);
  const length = Buffer.byteLength(epoch);
  if (length > BLOCK_SIZE - AT.epoch) throw new RangeError(`the epoch "${epoch}" is too long`);
  bytes.write(magic, AT.magic, 'latin1');
  bytes.writeUInt16LE(VERSION, AT.version);
  bytes.writeUInt16LE(BLOCK_SIZE, AT.length);
  numbers.forEach((number, index) => bytes.writeBigUInt64LE(BigInt(number), AT.numbers + index * 8));
  bytes.writeUInt8(length, AT.epochLength);
  bytes.write(epoch, AT.epoch);
  bytes.writeUInt32LE(crc32(bytes.subarray(AT.magic)));
  return bytes;
};

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads the block that bytes begin with. */
export const decodeBlock = (magic: Magic, bytes: Uint8Array): BlockAt => {
  const block = bufferOf(bytes);
  if (block.length < AT.numbers || !hasMagic(magic, bytes)) return { kind: 'bad' };
  const length = block.readUInt16LE(AT.length);
  if (length < AT.numbers || length > block.length) return { kind: 'bad' };
  if (crc32(block.subarray(AT.magic, length)) !== block.readUInt32LE()) return { kind: 'bad' };
  const version = block.readUInt16LE(AT.version);
  if (version !== VERSION) return { kind: 'foreign', version };
  const epoch = block.toString('utf8', AT.epoch, AT.epoch + block.readUInt8(AT.epochLength));
  const numbers = [numberAt(block, 0), numberAt(block, 1), numberAt(block, 2), numberAt(block, 3)] as const;
  return { kind: 'block', block: { epoch, numbers } };
};

const numberAt = (block: Buffer, index: number): number =>
  Number(block.readBigUInt64LE(AT.numbers + index * 8));

/** Do bytes have the magic of such a block, intact or not? */
export const hasMagic = (magic: Magic, bytes: Uint8Array): boolean =>
  bufferOf(bytes).toString('latin1', AT.magic, AT.magic + magic.length) === magic;

/** The first number of a block whose checksum may not match. */
export const claimedNumber = (bytes: Uint8Array): number | undefined =>
  bytes.byteLength < AT.epochLength ? undefined : numberAt(bufferOf(bytes), 0);

/** Were the magic and the first number of a block overwritten by zeros and nothing else? */
export const isZeroed = (magic: Magic, first: number, bytes: Uint8Array): boolean => {
  const expected = encodeBlock(magic, { epoch: '', numbers: [first, 0, 0, 0] });
  return bytes
    .subarray(AT.magic, AT.numbers + 8)
    .every((byte, index) => byte === 0 || byte === expected[AT.magic + index]);
};
