import { crc32, readText } from '#bytes';
import { headerAt, stampFrame, type FrameHeader, type HeaderAt, type Stamp } from './header.js';
import { ENTRY, viewOf } from './layout.js';
import { readUuid } from './uuid.js';

/** A view of the bytes of an intact frame. Reading the table parses no text. */
export class Frame {
  readonly bytes: Uint8Array;
  #header: FrameHeader;
  readonly #view: DataView;
  readonly #texts: number;
  #text: string | undefined;

  /** For bytes whose checksums were verified: use `frameAt`, `openFrame` or `encodeFrame`. */
  constructor(bytes: Uint8Array, header: FrameHeader) {
    this.bytes = bytes;
    this.#header = header;
    this.#view = viewOf(bytes);
    this.#texts = header.headerLength + header.count * ENTRY.size;
  }

  get header(): FrameHeader {
    return this.#header;
  }
  get count(): number {
    return this.#header.count;
  }
  get firstSeq(): number {
    return this.#header.firstSeq;
  }
  get lastSeq(): number {
    return this.#header.firstSeq + this.#header.count - 1;
  }

  /** Writes what is new of its stamps, or its producer, into the bytes: they must not be shared. */
  stamp(stamp: Partial<Stamp>): void {
    this.#header = { ...this.#header, ...stamp };
    stampFrame(this.bytes, this.#header);
  }

  id(index: number): string {
    return readUuid(this.bytes, this.entryAt(index) + ENTRY.id);
  }
  event(index: number): string {
    return this.#header.events[this.#view.getUint8(this.entryAt(index) + ENTRY.event)] ?? '';
  }
  keyHash(index: number): number {
    return this.#view.getUint32(this.entryAt(index) + ENTRY.keyHash, true);
  }
  priority(index: number): number {
    return this.#view.getUint8(this.entryAt(index) + ENTRY.priority);
  }
  /** The index that it had in the frame as published. */
  publishedIndex(index: number): number {
    return this.#view.getUint16(this.entryAt(index) + ENTRY.index, true);
  }
  headersLength(index: number): number {
    return this.#view.getUint16(this.entryAt(index) + ENTRY.headersLength, true);
  }

  /** Where the table's entry of a message begins. */
  entryAt(index: number): number {
    return this.#header.headerLength + index * ENTRY.size;
  }
  /** Where the texts of a message begin and end, headers included. */
  textStart(index: number): number {
    return index === 0 ? this.#texts : this.textEnd(index - 1) + 1;
  }
  textEnd(index: number): number {
    return this.#texts + this.#view.getUint32(this.entryAt(index) + ENTRY.end, true);
  }
  /** Bytes of the frame that are only for this message. */
  size(index: number): number {
    return ENTRY.size + this.textEnd(index) - this.textStart(index) + 1;
  }

  /** All texts, decoded once until they are released: JSON values joined by commas. */
  texts(): string {
    return (this.#text ??= readText(this.bytes, this.#texts, this.bytes.byteLength));
  }
  /** A frame that is kept must not hold its texts twice. */
  releaseTexts(): void {
    this.#text = undefined;
  }
  /** The texts of messages `from` to before `to`, decoded each time: JSON values joined by commas. */
  textsOf(from: number, to: number): string {
    return readText(this.bytes, this.textStart(from), this.textEnd(to - 1));
  }
  headersText(index: number): string | undefined {
    const length = this.headersLength(index);
    if (length === 0) return undefined;
    const start = this.textStart(index);
    return this.#slice(start, start + length);
  }
  /** Where the payload of a message begins; it ends with the texts of the message. */
  payloadStart(index: number): number {
    const length = this.headersLength(index);
    return this.textStart(index) + (length === 0 ? 0 : length + 1);
  }
  payloadText(index: number): string {
    return this.#slice(this.payloadStart(index), this.textEnd(index));
  }

  #slice(from: number, to: number): string {
    const texts = this.texts();
    // Every character is one byte: byte offsets are character offsets.
    if (texts.length === this.bytes.byteLength - this.#texts) {
      return texts.slice(from - this.#texts, to - this.#texts);
    }
    return readText(this.bytes, from, to);
  }
}

export type FrameAt =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | Exclude<HeaderAt, { readonly kind: 'header' | 'cut' }>
  /** The bytes end within the frame. */
  | { readonly kind: 'cut'; readonly header?: FrameHeader }
  /** The header is intact, the rest is not. */
  | { readonly kind: 'damaged'; readonly header: FrameHeader };

/** The frame that begins at an offset, when both its checksums match. */
export const frameAt = (bytes: Uint8Array, start = 0): FrameAt => {
  const found = headerAt(bytes, start);
  if (found.kind !== 'header') return found;
  const { header } = found;
  const end = start + header.length;
  if (end > bytes.byteLength) return { kind: 'cut', header };
  if (crc32(bytes, start + header.headerLength, end) !== header.bodyCrc) return { kind: 'damaged', header };
  return { kind: 'frame', frame: new Frame(bytes.subarray(start, end), header) };
};
