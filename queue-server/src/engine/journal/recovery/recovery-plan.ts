import type { Range } from '@typed-queue/contracts';
import { KIND, type Frame } from '@typed-queue/contracts/wire';
import type { ByteRange, Damage } from '../journal-event.js';
import type { FrameScanner, FrameVisitor } from '../segment/frame-scanner.js';
import { HEADER_SIZE } from '../segment/segment-header.js';
import { SparseIndex } from '../segment/sparse-index.js';

/** Bytes that are no intact frame. */
interface BadRange extends ByteRange {
  /** The seq that was due there. */
  readonly seq: number;
  /** The seq that the next intact frame begins with; undefined when none follows. */
  readonly nextSeq: number | undefined;
  /** The latest time before it. */
  readonly time: number;
}

/** What a scan of a whole segment found. */
export interface ScanResult {
  readonly size: number;
  readonly bad: readonly BadRange[];
  /** The highest offset that an intact frame says was durable. */
  readonly durableOffset: number;
  /** Where an index begins whose trailer is not intact: the segment was about to be sealed. */
  readonly indexAt: number | undefined;
  readonly nextSeq: number;
  readonly time: number;
  readonly index: SparseIndex;
}

/** What to do with the last segment. */
export interface RecoveryPlan {
  /** Where the next frame is written. */
  readonly end: number;
  readonly nextSeq: number;
  readonly time: number;
  /** A torn tail to cut off. */
  readonly cut: ByteRange | undefined;
  /** Damage that stays as it is. */
  readonly damage: readonly Damage[];
}

/** Collects what a scan of the last segment finds. */
export class ScanCollector {
  readonly index = new SparseIndex();
  readonly #bad: BadRange[] = [];
  readonly #onFrame: (frame: Frame) => void;
  #durableOffset: number = HEADER_SIZE;
  #indexAt: number | undefined;
  #time = 0;

  /** `onFrame` is called for frames with messages, those that will be cut off included. */
  constructor(onFrame: (frame: Frame) => void = () => undefined) {
    this.#onFrame = onFrame;
  }

  readonly visit: FrameVisitor = ({ frame, offset, dueSeq, badFrom }) => {
    const { kind, durableOffset, time } = frame.header;
    if (badFrom !== undefined) this.#addBad([badFrom, offset], dueSeq, frame.firstSeq);
    this.#durableOffset = Math.max(this.#durableOffset, durableOffset);
    this.#time = Math.max(this.#time, time);
    if (kind === KIND.index) {
      this.#indexAt = offset;
      return 'stop';
    }
    this.index.add(frame.firstSeq, offset, time);
    this.#onFrame(frame);
    return 'continue';
  };

  finish(scanner: FrameScanner, size: number): ScanResult {
    if (scanner.badFrom !== undefined) this.#addBad([scanner.badFrom, size], scanner.seq, undefined);
    return {
      size,
      bad: this.#bad,
      durableOffset: this.#durableOffset,
      indexAt: this.#indexAt,
      nextSeq: scanner.seq,
      time: this.#time,
      index: this.index,
    };
  }

  #addBad([from, to]: Range, seq: number, nextSeq: number | undefined): void {
    this.#bad.push({ from, to, seq, nextSeq, time: this.#time });
  }
}

/**
 * Decides what to do with the last segment after a stop of any kind.
 *
 * What counts is the highest offset known to have been durable: the checkpoint and every intact frame name one. Bad
 * bytes that begin there or above are a torn tail: everything from there on, intact frames of the same torn write
 * included, was never acknowledged and is cut. Bad bytes that begin below it are damage: they held acknowledged
 * messages, stay as they are, and their seqs are not assigned again.
 */
export const planRecovery = (
  scanned: ScanResult,
  checkpoint: { offset: number; nextSeq: number } | undefined,
): RecoveryPlan => {
  const durable = Math.max(scanned.durableOffset, checkpoint?.offset ?? 0);
  const torn = scanned.bad.find((bad) => bad.from >= durable);
  const end = torn?.from ?? scanned.indexAt ?? scanned.size;
  const nextSeq = Math.max(torn?.seq ?? scanned.nextSeq, checkpoint?.nextSeq ?? 0);
  return {
    end,
    nextSeq,
    time: torn?.time ?? scanned.time,
    cut: end < scanned.size ? { from: end, to: scanned.size } : undefined,
    damage: damageBelow(scanned, durable, nextSeq),
  };
};

const damageBelow = (scanned: ScanResult, durable: number, nextSeq: number): readonly Damage[] => {
  const { size } = scanned;
  const damage = scanned.bad
    .filter((bad) => bad.from < durable)
    .map(({ from, to, seq, nextSeq: found }) => ({ from, to, seqs: seqsOf(seq, found ?? nextSeq) }));
  const known = damage.at(-1)?.to === size ? nextSeq : scanned.nextSeq;
  if (size >= durable && known >= nextSeq) return damage;
  // The file is shorter than it was, or a later one is gone.
  return [...damage, { from: size, to: Math.max(size, durable), seqs: seqsOf(known, nextSeq) }];
};

const seqsOf = (from: number, next: number): Range | undefined =>
  from < next ? [from, next - 1] : undefined;
