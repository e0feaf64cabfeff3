import { allocate, crc32, textBytes, writeText } from '#bytes';
import { Frame } from './frame.js';
import { headerAt, writeHeaderCrc } from './header.js';
import { keyHash } from './key-hash.js';
import { AT, ENTRY, FRAME_VERSION, KIND, MAGIC, viewOf, writeU64, type FrameKind } from './layout.js';
import { NIL_UUID, writeUuid } from './uuid.js';

/** A message before it is packed into a frame. Payload and headers are JSON, encoded once by the publisher. */
export interface Draft {
  readonly id: string;
  readonly event: string;
  readonly payload: string;
  /** Undefined without headers. `key` is the ordering key among them. */
  readonly headers?: string | undefined;
  readonly key?: string | undefined;
}

export interface FrameOrigin {
  readonly kind?: FrameKind;
  /** A UUID. Without it resends are recognised only by the messages' ids. */
  readonly producer?: string;
  readonly firstNumber?: number;
}

/** Packs messages, at least one, into a frame without stamps. */
export const encodeFrame = (drafts: readonly Draft[], origin: FrameOrigin = {}): Frame => {
  const events = [...new Set(drafts.map((draft) => draft.event))];
  const names = events.reduce((length, name) => length + 1 + textBytes(name), 0);
  const table = AT.names + names;
  const texts = table + drafts.length * ENTRY.size;
  const text = drafts
    .map((draft) => (draft.headers ? `${draft.headers},${draft.payload}` : draft.payload))
    .join();
  // Three bytes a character always suffice; exact counting pays only for long texts.
  const room = text.length < 0x4000 ? text.length * 3 : textBytes(text);
  const memory = allocate(texts + room);
  const length = texts + writeText(memory, texts, text);
  const bytes = memory.subarray(0, length);
  const view = viewOf(bytes);
  const bytesOf = length - texts === text.length ? charactersOf : textBytes;
  writeTable(bytes, view, drafts, { at: table, events, bytesOf });
  writeHeader(bytes, view, { events, headerLength: table, count: drafts.length, ...origin });
  return frameOf(bytes);
};

const charactersOf = (text: string): number => text.length;

interface Table {
  readonly at: number;
  readonly events: readonly string[];
  /** Of a text, encoded. */
  readonly bytesOf: (text: string) => number;
}

const writeTable = (
  bytes: Uint8Array,
  view: DataView,
  drafts: readonly Draft[],
  { at: table, events, bytesOf }: Table,
): void => {
  let end = 0;
  drafts.forEach((draft, index) => {
    const at = table + index * ENTRY.size;
    const headersLength = draft.headers ? bytesOf(draft.headers) : 0;
    end += (headersLength === 0 ? 0 : headersLength + 1) + bytesOf(draft.payload);
    writeUuid(bytes, at + ENTRY.id, draft.id);
    view.setUint32(at + ENTRY.end, end, true);
    view.setUint32(at + ENTRY.keyHash, draft.key === undefined ? 0 : keyHash(draft.key), true);
    view.setUint16(at + ENTRY.headersLength, headersLength, true);
    view.setUint16(at + ENTRY.index, index, true);
    view.setUint32(at + ENTRY.event, events.indexOf(draft.event), true);
    end += 1;
  });
};

interface HeaderFields extends FrameOrigin {
  readonly events: readonly string[];
  readonly headerLength: number;
  readonly count: number;
  readonly published?: number;
}

/** Writes a header without stamps, checksums included, over a frame whose table and texts are complete. */
export const writeHeader = (bytes: Uint8Array, view: DataView, fields: HeaderFields): void => {
  bytes.fill(0, 0, AT.names);
  view.setUint16(AT.magic, MAGIC, true);
  view.setUint8(AT.version, FRAME_VERSION);
  view.setUint8(AT.kind, fields.kind ?? KIND.messages);
  view.setUint32(AT.headerLength, fields.headerLength, true);
  view.setUint32(AT.length, bytes.byteLength, true);
  view.setUint32(AT.bodyCrc, crc32(bytes, fields.headerLength, bytes.byteLength), true);
  view.setUint32(AT.count, fields.count, true);
  writeUuid(bytes, AT.producer, fields.producer ?? NIL_UUID);
  writeU64(view, AT.firstNumber, fields.firstNumber ?? 0);
  view.setUint32(AT.published, fields.published ?? fields.count, true);
  view.setUint8(AT.nameCount, fields.events.length);
  let at: number = AT.names;
  for (const name of fields.events) {
    const length = writeText(bytes, at + 1, name);
    view.setUint8(at, length);
    at += 1 + length;
  }
  writeHeaderCrc(bytes, view);
};

/** The frame in bytes that were written here. */
export const frameOf = (bytes: Uint8Array): Frame => {
  const written = headerAt(bytes);
  if (written.kind !== 'header') throw new Error(`a frame was written wrong: ${written.kind}`);
  return new Frame(bytes, written.header);
};
