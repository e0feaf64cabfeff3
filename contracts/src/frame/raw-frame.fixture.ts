import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** An entry of the table; `event` is read with the three zeros after it. */
interface RawEntry {
  readonly end: number;
  readonly headersLength?: number;
  readonly index?: number;
  readonly event?: number;
}

export interface RawFrame {
  readonly magic?: number;
  readonly version?: number;
  readonly kind?: number;
  readonly length?: number;
  readonly headerLength?: number;
  readonly count?: number;
  readonly published?: number;
  readonly firstSeq?: bigint;
  readonly time?: bigint;
  readonly durableOffset?: bigint;
  readonly firstNumber?: bigint;
  readonly names?: readonly string[];
  readonly nameCount?: number;
  /** Replaces the names, lengths included. */
  readonly nameBytes?: Uint8Array;
  readonly entries?: readonly RawEntry[];
  readonly texts?: string | Uint8Array;
}

const table = (entries: readonly RawEntry[]): Buffer => {
  const bytes = Buffer.alloc(entries.length * 32);
  entries.forEach(({ end, headersLength = 0, index, event = 0 }, place) => {
    const at = place * 32;
    bytes.fill(place + 1, at, at + 16);
    bytes.writeUInt32LE(end, at + 16);
    bytes.writeUInt16LE(headersLength, at + 24);
    bytes.writeUInt16LE(index ?? place, at + 26);
    bytes.writeUInt32LE(event, at + 28);
  });
  return bytes;
};

/**
 * Builds a frame field by field, with checksums that are right whatever the fields say: what a hostile sender
 * can do. Written from the layout, without the encoder. Default: one message `1` of the event `e`.
 */
export const rawFrame = (raw: RawFrame = {}): Uint8Array => {
  const { names = ['e'], entries = [{ end: 1 }], texts = '1' } = raw;
  const nameBytes =
    raw.nameBytes ??
    Buffer.concat(names.map((name) => Buffer.from(`${String.fromCharCode(name.length)}${name}`)));
  const body = Buffer.concat([table(entries), Buffer.from(texts)]);
  const header = Buffer.alloc(77);
  header.writeUInt16LE(raw.magic ?? 0x5154, 4);
  header.writeUInt8(raw.version ?? 1, 6);
  header.writeUInt8(raw.kind ?? 0, 7);
  header.writeUInt32LE(raw.headerLength ?? 77 + nameBytes.length, 8);
  header.writeUInt32LE(raw.length ?? 77 + nameBytes.length + body.length, 12);
  header.writeUInt32LE(crc32(body), 16);
  header.writeUInt32LE(raw.count ?? entries.length, 20);
  header.writeBigUInt64LE(raw.firstSeq ?? 0n, 24);
  header.writeBigUInt64LE(raw.time ?? 0n, 32);
  header.writeBigUInt64LE(raw.durableOffset ?? 0n, 40);
  header.writeBigUInt64LE(raw.firstNumber ?? 0n, 64);
  header.writeUInt32LE(raw.published ?? entries.length, 72);
  header.writeUInt8(raw.nameCount ?? names.length, 76);
  const bytes = Buffer.concat([header, nameBytes, body]);
  const headerEnd = Math.min(header.readUInt32LE(8), bytes.length);
  bytes.writeUInt32LE(crc32(bytes.subarray(4, headerEnd)), 0);
  return Uint8Array.from(bytes);
};
