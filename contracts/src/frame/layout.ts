/**
 * The layout of a frame, version 1: the unit on the wire and the record in the journal. Little-endian.
 *
 *   header   0  u32  crc32 of the header from byte 4 on
 *            4  u16  magic "TQ"
 *            6  u8   version
 *            7  u8   kind: what the frame carries
 *            8  u32  length of the header
 *           12  u32  length of the frame
 *           16  u32  crc32 of everything after the header
 *           20  u32  count of messages
 *           24  u64  seq of the first message                          \
 *           32  u64  time of storing, ms since 1970                     > stamped by the server
 *           40  u64  offset in its segment that was durable by then    /
 *           48  16B  producer, a UUID; zeros: none
 *           64  u64  the producer's number of the first message as published
 *           72  u32  count of messages as published
 *           76  u8   count of event names; then each as u8 length and UTF-8
 *   table    32 bytes a message:
 *            0  16B  id, a UUID
 *           16  u32  end of its texts, relative to the first text
 *           20  u32  hash of its ordering key; 0: none
 *           24  u16  length of its headers' text; 0: no headers
 *           26  u16  its index in the frame as published
 *           28  u8   index of its event name
 *           29  u8   its priority, 0 to 9; stored by the server, which reads it in the headers
 *           30  2B   zeros
 *   texts    JSON values joined by commas: of each message its headers, when it has any, and its payload.
 *
 * The stamps change no byte after the header: a server passes table and texts through unchanged, but for priorities.
 * Bytes 0 to 12 mean the same in every version: its checksum distinguishes a newer frame from a damaged one.
 */
export const MAGIC = 0x5154;
export const FRAME_VERSION = 1;

export const AT = {
  headerCrc: 0,
  magic: 4,
  version: 6,
  kind: 7,
  headerLength: 8,
  length: 12,
  bodyCrc: 16,
  count: 20,
  firstSeq: 24,
  time: 32,
  durableOffset: 40,
  producer: 48,
  firstNumber: 64,
  published: 72,
  nameCount: 76,
  names: 77,
} as const;

export const ENTRY = {
  size: 32,
  id: 0,
  end: 16,
  keyHash: 20,
  headersLength: 24,
  index: 26,
  event: 28,
  priority: 29,
} as const;

/** What a frame carries: messages of a queue, or the index in the footer of a closed segment of the journal. */
export const KIND = { messages: 0, index: 1 } as const;
export type FrameKind = (typeof KIND)[keyof typeof KIND];

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const TWO_32 = 2 ** 32;

/** Numbers up to 2^53: enough for a million messages a second over 285 years. */
export const readU64 = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true);

export const writeU64 = (view: DataView, at: number, value: number): void => {
  view.setUint32(at, value % TWO_32, true);
  view.setUint32(at + 4, Math.floor(value / TWO_32), true);
};
