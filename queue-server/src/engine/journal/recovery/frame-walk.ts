import { Buffer } from 'node:buffer';
import { frameAt, KIND, type Frame } from '@typed-queue/contracts/wire';
import { unsupportedVersion } from '../trouble.js';

/** How a frame begins, behind its checksum. */
const MAGIC = Buffer.from('TQ');
const MAGIC_AT = 4;
/** No header is longer, whatever its event names. */
const HEADER_ROOM = 72 * 1024;
/** A message takes an entry in the table, a text and a comma. */
const MIN_MESSAGE_BYTES = 33;

/** An intact frame that a walk came to. */
export interface Met {
  readonly frame: Frame;
  readonly offset: number;
  /** The seq that was due: less than the frame's when messages before it are missing. */
  readonly dueSeq: number;
  /** Where bad bytes before it begin, if there are any. */
  readonly badFrom: number | undefined;
}

/** Looks at a frame; `stop` ends the walk behind it. */
export type Visit = (met: Met) => 'go-on' | 'stop';

/**
 * A walk over the frames of a segment, from one place on, in pieces of whatever size. At bytes that are no
 * intact frame it looks on, byte for byte, until the next frame that can stand there.
 */
export class FrameWalk {
  readonly #file: string;
  readonly #limitSeq: number;
  /** The next byte to look at. */
  offset: number;
  /** The seq of the next message. */
  seq: number;
  /** Where bad bytes that reach up to `offset` begin. */
  badFrom: number | undefined;
  /** The visitor stopped it, or it came to messages that belong to the next segment. */
  stopped = false;

  /** Frames with `limitSeq` and later messages are not met: they belong to the next segment. */
  constructor(file: string, from: { seq: number; offset: number }, limitSeq: number) {
    this.#file = file;
    this.#limitSeq = limitSeq;
    this.offset = from.offset;
    this.seq = from.seq;
  }

  /**
   * Walks through bytes that begin at `offset`; `last` when none follow. Returns how many bytes from the new
   * `offset` on it needs next time.
   * @throws QueueError `journal_unsupported` at an intact frame of an unknown version
   */
  walk(bytes: Uint8Array, last: boolean, visit: Visit): number {
    const base = this.offset;
    let at = 0;
    while (at < bytes.byteLength && !this.stopped) {
      const found = frameAt(bytes, at);
      this.offset = base + at;
      if (found.kind === 'cut' && !last) return found.header?.length ?? HEADER_ROOM;
      if (found.kind === 'foreign') throw unsupportedVersion(this.#file, 'A frame', found.version);
      if (found.kind === 'frame' && this.#belongs(found.frame)) {
        at += this.#meet(found.frame, visit);
      } else {
        this.badFrom ??= this.offset;
        at = nextCandidate(bytes, at + 1, last);
      }
      this.offset = base + at;
    }
    return 0;
  }

  /**
   * May this frame stand here? Its first message must be the one due, or so much later as messages fit into
   * the bad bytes before it: bytes of another time or file that happen to be an intact frame do not count.
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

  #meet(frame: Frame, visit: Visit): number {
    if (frame.firstSeq >= this.#limitSeq && frame.header.kind !== KIND.index) {
      this.stopped = true;
      return 0;
    }
    const met: Met = { frame, offset: this.offset, dueSeq: this.seq, badFrom: this.badFrom };
    this.badFrom = undefined;
    this.seq = frame.header.kind === KIND.index ? frame.firstSeq : frame.lastSeq + 1;
    this.stopped = visit(met) === 'stop';
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
