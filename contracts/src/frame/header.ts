import { crc32, readText } from '#bytes';
import { AT, FRAME_VERSION, KIND, MAGIC, readU64, viewOf, writeU64, type FrameKind } from './layout.js';
import { readUuid, writeUuid } from './uuid.js';

export interface FrameHeader {
  readonly kind: FrameKind;
  readonly headerLength: number;
  readonly length: number;
  readonly bodyCrc: number;
  readonly count: number;
  readonly firstSeq: number;
  readonly time: number;
  readonly durableOffset: number;
  readonly producer: string;
  readonly firstNumber: number;
  readonly published: number;
  readonly events: readonly string[];
}

export type HeaderAt =
  | { readonly kind: 'header'; readonly header: FrameHeader }
  /** The bytes end within the header. */
  | { readonly kind: 'cut' }
  /** Intact, but of a version that this code does not know. */
  | { readonly kind: 'foreign'; readonly version: number }
  | { readonly kind: 'invalid'; readonly why: string };

const invalid = (why: string): HeaderAt => ({ kind: 'invalid', why });

const readNames = (bytes: Uint8Array, view: DataView, start: number, end: number): string[] | undefined => {
  const names: string[] = [];
  let at = start + AT.names;
  for (let left = view.getUint8(start + AT.nameCount); left > 0; left--) {
    if (at >= end) return undefined;
    const next = at + 1 + view.getUint8(at);
    if (next > end) return undefined;
    names.push(readText(bytes, at + 1, next));
    at = next;
  }
  return at === end ? names : undefined;
};

/** Reads and verifies the header of the frame that begins at an offset. */
export const headerAt = (bytes: Uint8Array, start = 0): HeaderAt => {
  const view = viewOf(bytes);
  const room = bytes.byteLength - start;
  if (room < AT.names) return { kind: 'cut' };
  if (view.getUint16(start + AT.magic, true) !== MAGIC) return invalid('it does not begin like a frame');
  const headerLength = view.getUint32(start + AT.headerLength, true);
  if (headerLength < AT.names) return invalid('its header is too short');
  if (headerLength > AT.names + 0xff * 0x100) return invalid('its header is too long');
  if (headerLength > room) return { kind: 'cut' };
  const end = start + headerLength;
  if (crc32(bytes, start + AT.magic, end) !== view.getUint32(start + AT.headerCrc, true)) {
    return invalid('the checksum of its header does not match');
  }
  const version = view.getUint8(start + AT.version);
  if (version !== FRAME_VERSION) return { kind: 'foreign', version };
  return decode(bytes, view, start, end);
};

const kindOf = (value: number): FrameKind | undefined =>
  Object.values(KIND).find((kind): kind is FrameKind => kind === value);

const decode = (bytes: Uint8Array, view: DataView, start: number, end: number): HeaderAt => {
  const kind = kindOf(view.getUint8(start + AT.kind));
  if (kind === undefined) return invalid('its kind is unknown');
  const events = readNames(bytes, view, start, end);
  if (events === undefined) return invalid('its event names do not fill its header');
  const length = view.getUint32(start + AT.length, true);
  if (length < end - start) return invalid('it is shorter than its header');
  const header: FrameHeader = {
    kind,
    headerLength: end - start,
    length,
    bodyCrc: view.getUint32(start + AT.bodyCrc, true),
    count: view.getUint32(start + AT.count, true),
    firstSeq: readU64(view, start + AT.firstSeq),
    time: readU64(view, start + AT.time),
    durableOffset: readU64(view, start + AT.durableOffset),
    producer: readUuid(bytes, start + AT.producer),
    firstNumber: readU64(view, start + AT.firstNumber),
    published: view.getUint32(start + AT.published, true),
    events,
  };
  const numbers = [header.firstSeq, header.time, header.durableOffset, header.firstNumber];
  return numbers.every(Number.isSafeInteger) ? { kind: 'header', header } : invalid('a number is too large');
};

export interface Stamp {
  readonly firstSeq: number;
  readonly time: number;
  readonly durableOffset: number;
  readonly producer: string;
}

/** Writes the server's stamps into a frame, and updates the checksum of its header. */
export const stampFrame = (bytes: Uint8Array, stamp: Stamp): void => {
  const view = viewOf(bytes);
  writeU64(view, AT.firstSeq, stamp.firstSeq);
  writeU64(view, AT.time, stamp.time);
  writeU64(view, AT.durableOffset, stamp.durableOffset);
  writeUuid(bytes, AT.producer, stamp.producer);
  writeHeaderCrc(bytes, view);
};

/** Writes the checksum of a header that is complete. */
export const writeHeaderCrc = (bytes: Uint8Array, view: DataView): void => {
  view.setUint32(AT.headerCrc, crc32(bytes, AT.magic, view.getUint32(AT.headerLength, true)), true);
};
