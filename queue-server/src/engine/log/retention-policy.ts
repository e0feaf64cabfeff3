import { MINUTE, SECOND, type Retention } from '@typed-queue/contracts';

/** A part of a log that goes as a whole. Only the last one grows. */
export interface Piece {
  readonly firstSeq: number;
  readonly messages: number;
  readonly bytes: number;
  /** When it was begun, in ms since 1970: no message in an older piece is later. Infinity when nobody knows. */
  readonly begun: number;
}

/** A queue holds at most so much more than its bounds ask for: the part of them that a piece may grow to. */
const PART = 1 / 8;

const UNBOUNDED = { maxAgeMs: Infinity, maxBytes: Infinity, maxMessages: Infinity };

export const isBounded = ({ maxAgeMs, maxBytes, maxMessages }: Retention): boolean =>
  [maxAgeMs, maxBytes, maxMessages].some((bound) => bound !== undefined);

/**
 * The seq before which pieces may go. The bounds are lower ones, each by itself a reason: a piece goes when all that
 * is in it is older than `maxAgeMs`, or when those behind it have `maxBytes`, or `maxMessages`. The last one stays.
 */
export const firstKept = (pieces: readonly Piece[], retention: Retention, now: number): number => {
  const { maxAgeMs, maxBytes, maxMessages } = { ...UNBOUNDED, ...retention };
  let [bytes, messages, begun] = [0, 0, Infinity];
  let firstSeq = pieces.at(-1)?.firstSeq ?? 0;
  for (const piece of pieces.toReversed()) {
    // What was added up is behind this piece.
    if (messages >= maxMessages || bytes >= maxBytes || now - begun > maxAgeMs) return firstSeq;
    firstSeq = piece.firstSeq;
    bytes += piece.bytes;
    messages += piece.messages;
    begun = Math.min(begun, piece.begun);
  }
  return firstSeq;
};

/** Has the last piece grown to the part of a bound that goes at once? An empty one has not. */
export const isRollDue = (last: Piece | undefined, retention: Retention, now: number): boolean => {
  if (last === undefined || last.messages === 0) return false;
  const { maxAgeMs, maxBytes, maxMessages } = { ...UNBOUNDED, ...retention };
  return (
    now - last.begun >= maxAgeMs * PART ||
    last.bytes >= maxBytes * PART ||
    last.messages >= maxMessages * PART
  );
};

/** How many bytes a piece grows to: a part of what the queue keeps, within limits. */
export const pieceBytes = ({ maxBytes = Infinity }: Retention, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.floor(maxBytes * PART)));

/** How often to look whether something may go, in milliseconds. */
export const checkEveryMs = ({ maxAgeMs = Infinity }: Retention): number =>
  Math.min(MINUTE, Math.max(SECOND, maxAgeMs * PART));
