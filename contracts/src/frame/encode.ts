import { allocate, crc32, scratch, writeText } from '#bytes';
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
  /** Only in what a server stores: publishers say it in the headers. Default: 0. */
  readonly priority?: number | undefined;
}

export interface FrameOrigin {
  readonly kind?: FrameKind;
  /** A UUID. Without it resends are recognised only by the messages' ids. */
  readonly producer?: string;
  readonly firstNumber?: number;
}

/** A message whose texts were written. */
export interface WrittenMessage {
  readonly id: string;
  readonly event: string;
  readonly keyHash: number;
  readonly priority: number;
  readonly headersLength: number;
  /** Where its texts begin, and where the comma after them is. */
  readonly start: number;
  readonly end: number;
}

const COMMA = 0x2c;
/** Memory of earlier frames, for the next ones: that of a few, and none that a large message needed. */
const spare: Uint8Array[] = [];
const MAX_SPARE = 4;
const MAX_SPARE_BYTES = 0x40000;

/** Writes messages one by one, and packs them into a frame without stamps. */
export class FrameWriter {
  #texts = spare.pop() ?? scratch(0x200);
  #length = 0;

  add({ id, event, payload, headers, key, priority = 0 }: Draft): WrittenMessage {
    const start = this.#length;
    const headersLength = headers ? this.#write(headers) : 0;
    this.#write(payload);
    const end = this.#length - 1;
    const hash = key === undefined ? 0 : keyHash(key);
    return { id, event, keyHash: hash, priority, headersLength, start, end };
  }

  /** The bytes of a frame of some of its messages, at least one, in their order. Nothing may be added later. */
  finish(messages: readonly WrittenMessage[], origin: FrameOrigin = {}): Uint8Array {
    const events = [...new Set(messages.map(({ event }) => event))];
    const tableLength = messages.length * ENTRY.size;
    const memory = allocate(AT.names + events.length * 0x100 + tableLength + this.#length);
    const view = viewOf(memory);
    const table = writeNames(memory, events);
    const texts = table + tableLength;
    const written = this.#texts;
    let end = 0;
    messages.forEach(({ id, event, keyHash, priority, headersLength, start, end: stop }, index) => {
      const at = table + index * ENTRY.size;
      // After one that is left out.
      if (start > end) written.copyWithin(end, start, stop + 1);
      end += stop - start;
      writeUuid(memory, at + ENTRY.id, id);
      view.setUint32(at + ENTRY.end, end, true);
      view.setUint32(at + ENTRY.keyHash, keyHash, true);
      view.setUint16(at + ENTRY.headersLength, headersLength, true);
      view.setUint16(at + ENTRY.index, index, true);
      view.setUint32(at + ENTRY.event, events.indexOf(event), true);
      view.setUint8(at + ENTRY.priority, priority);
      end += 1;
    });
    memory.set(written.subarray(0, end - 1), texts);
    if (spare.length < MAX_SPARE && written.byteLength <= MAX_SPARE_BYTES) spare.push(written);
    const bytes = memory.subarray(0, texts + end - 1);
    writeHeader(bytes, { events, headerLength: table, count: messages.length, ...origin });
    return bytes;
  }

  /** Writes a text and a comma after it, and returns the length of the text in bytes. */
  #write(text: string): number {
    // Three bytes a character always suffice.
    const room = this.#length + 3 * text.length + 1;
    if (room > this.#texts.byteLength) {
      const texts = this.#texts;
      this.#texts = scratch(this.#length + room);
      this.#texts.set(texts);
    }
    const length = writeText(this.#texts, this.#length, text);
    this.#texts[this.#length + length] = COMMA;
    this.#length += length + 1;
    return length;
  }
}

/** Packs messages, at least one, into a frame without stamps. */
export const encodeFrame = (drafts: readonly Draft[], origin: FrameOrigin = {}): Frame => {
  const writer = new FrameWriter();
  const messages = drafts.map((draft) => writer.add(draft));
  return frameOf(writer.finish(messages, origin));
};

interface HeaderFields extends FrameOrigin {
  readonly events: readonly string[];
  readonly headerLength: number;
  readonly count: number;
  readonly published?: number;
}

/** Writes the names of a header, and returns its length. */
const writeNames = (bytes: Uint8Array, events: readonly string[]): number => {
  let at: number = AT.names;
  for (const name of events) {
    const length = writeText(bytes, at + 1, name);
    bytes[at] = length;
    at += 1 + length;
  }
  return at;
};

/** Writes a header without stamps, checksums included, over a frame that is complete but for it. */
export const writeHeader = (bytes: Uint8Array, fields: HeaderFields): void => {
  const view = viewOf(bytes);
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
  writeHeaderCrc(bytes, view);
};

/** The frame in bytes that were written here. */
export const frameOf = (bytes: Uint8Array): Frame => {
  const written = headerAt(bytes);
  if (written.kind !== 'header') throw new Error(`a frame was written wrong: ${written.kind}`);
  return new Frame(bytes, written.header);
};
