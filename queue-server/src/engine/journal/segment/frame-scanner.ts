import { Buffer } from 'node:buffer';
import { frameAt, KIND, type Frame } from '@typed-queue/contracts/wire';
import { readAt, type File } from '../file-system.js';
import { unsupportedVersion } from '../storage-errors.js';
import type { FramePosition } from './sparse-index.js';

/** How a frame begins, after its checksum. */
const MAGIC = Buffer.from('TQ');
const MAGIC_AT = 4;
/** No header is longer, whatever its event names. */
const MAX_HEADER_BYTES = 72 * 1024;
/** A message takes an entry in the table, a text and a comma. */
const MIN_MESSAGE_BYTES = 33;
/** How much a scan reads at once. */
const SCAN_CHUNK = 1024 * 1024;

/** An intact frame that a scan found. */
export interface ScannedFrame {
  readonly frame: Frame;
  readonly offset: number;
  /** The seq that was due: less than the frame's when messages before it are missing. */
  readonly dueSeq: number;
  /** Where bad bytes before it begin, if there are any. */
  readonly badFrom: number | undefined;
}

/** Called for each frame; `stop` ends the scan after it. */
export type FrameVisitor = (scanned: ScannedFrame) => 'continue' | 'stop';

/**
 * Finds the frames of a segment from one position on, in chunks of any size. At bytes that are no intact frame it
 * searches byte by byte for the next frame that can belong there.
 */
export class FrameScanner {
  readonly #file: string;
  readonly #limitSeq: number;
  /** The next byte to look at. */
  offset: number;
  /** The seq of the next message. */
  seq: number;
  /** Where bad bytes that reach up to `offset` begin. */
  badFrom: number | undefined;
  /** The visitor stopped it, or it reached messages of the next segment. */
  stopped = false;

  /** Frames with `limitSeq` and later messages belong to the next segment. */
  constructor(file: string, from: FramePosition, limitSeq = Number.MAX_SAFE_INTEGER) {
    this.#file = file;
    this.#limitSeq = limitSeq;
    this.offset = from.offset;
    this.seq = from.seq;
  }

  /**
   * Scans bytes that begin at `offset`; `last` when none follow. Returns how many bytes from the new `offset` on it
   * needs next time.
   * @throws QueueError `journal_unsupported` at an intact frame of an unknown version
   */
  feed(bytes: Uint8Array, last: boolean, visit: FrameVisitor): number {
    const base = this.offset;
    let at = 0;
    while (at < bytes.byteLength && !this.stopped) {
      const found = frameAt(bytes, at);
      this.offset = base + at;
      if (found.kind === 'cut' && !last) return found.header?.length ?? MAX_HEADER_BYTES;
      if (found.kind === 'foreign') throw unsupportedVersion(this.#file, 'A frame', found.version);
      if (found.kind === 'frame' && this.#belongs(found.frame)) {
        at += this.#visit(found.frame, visit);
      } else {
        this.badFrom ??= this.offset;
        at = nextCandidate(bytes, at + 1, last);
      }
      this.offset = base + at;
    }
    return 0;
  }

  /**
   * Can this frame be here? Its first message must be the one due, or later by no more messages than fit into the
   * bad bytes before it: old bytes, or those of another file, may be an intact frame by accident.
   */
  #belongs({ header }: Frame): boolean {
    const missing = header.firstSeq - this.seq;
    const room = this.offset - (this.badFrom ?? this.offset);
    return (
      missing >= 0 &&
      missing * MIN_MESSAGE_BYTES <= room &&
      header.count > 0 &&
      header.durableOffset <= this.offset
    );
  }

  #visit(frame: Frame, visit: FrameVisitor): number {
    if (frame.firstSeq >= this.#limitSeq && frame.header.kind !== KIND.index) {
      this.stopped = true;
      return 0;
    }
    const scanned: ScannedFrame = { frame, offset: this.offset, dueSeq: this.seq, badFrom: this.badFrom };
    this.badFrom = undefined;
    this.seq = frame.header.kind === KIND.index ? frame.firstSeq : frame.lastSeq + 1;
    this.stopped = visit(scanned) === 'stop';
    return frame.header.length;
  }
}

/** Where the next frame might begin. */
const nextCandidate = (bytes: Uint8Array, from: number, last: boolean): number => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.indexOf(MAGIC, from + MAGIC_AT);
  if (magic >= 0) return magic - MAGIC_AT;
  // The magic may be cut in two by the end of the bytes.
  return last ? bytes.byteLength : Math.max(from, bytes.byteLength - MAGIC_AT - 1);
};

/**
 * Scans a file up to the offset `end`, in reads of `chunk` bytes, or more where a frame is larger. The frames are
 * views of the memory of the read, which is not used again.
 */
export const scanFrames = async (
  file: File,
  scanner: FrameScanner,
  visit: FrameVisitor,
  { end, chunk = SCAN_CHUNK }: { readonly end: number; readonly chunk?: number },
): Promise<void> => {
  let want = chunk;
  while (scanner.offset < end && !scanner.stopped) {
    const length = Math.min(want, end - scanner.offset);
    const bytes = await readAt(file, scanner.offset, length);
    // A file may be shorter than its trailer or the checkpoint says.
    const last = bytes.byteLength < length || scanner.offset + length >= end;
    want = Math.max(scanner.feed(bytes, last, visit), chunk);
    if (bytes.byteLength < length) return;
  }
};
