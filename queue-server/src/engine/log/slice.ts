import type { Gap, Range } from '@typed-queue/contracts';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import type { Log } from './log.js';
import { firstSeqOf, lastSeqOf, type LogItem } from './scan.js';

/** Messages and gaps of some ranges of a log. */
export interface LogSlice {
  readonly frames: readonly Frame[];
  /** The seqs of the frames. */
  readonly ranges: readonly Range[];
  readonly gaps: readonly Gap[];
}

export interface SliceLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** The indexes from `from` on that fit into the limits; the first always does when `atLeastOne`. */
const fitting = (frame: Frame, [from, to]: Range, limits: SliceLimits, atLeastOne: boolean): number[] => {
  const indexes: number[] = [];
  let bytes = frame.header.headerLength;
  for (let index = from; index <= to && indexes.length < limits.maxMessages; index++) {
    bytes += frame.size(index);
    if (bytes > limits.maxBytes && (indexes.length > 0 || !atLeastOne)) break;
    indexes.push(index);
  }
  return indexes;
};

/** The messages of a frame that are in a range and fit, as a frame of their own; the frame itself when all of them are. */
const cut = (
  frame: Frame,
  [from, to]: Range,
  limits: SliceLimits,
  atLeastOne: boolean,
): Frame | undefined => {
  const first = Math.max(0, from - frame.firstSeq);
  const last = Math.min(frame.count - 1, to - frame.firstSeq);
  const whole = first === 0 && last === frame.count - 1;
  if (whole && frame.count <= limits.maxMessages && frame.bytes.byteLength <= limits.maxBytes) return frame;
  const indexes = fitting(frame, [first, last], limits, atLeastOne);
  if (indexes.length === frame.count) return frame;
  return indexes.length === 0 ? undefined : pickFrame(frame, indexes);
};

/** The messages of a range among items that were read, within the limits; at least one, when asked for and there. */
export const sliceOf = (
  items: readonly LogItem[],
  [from, to]: Range,
  limits: SliceLimits,
  atLeastOne = true,
): LogSlice => {
  const frames: Frame[] = [];
  const gaps: Gap[] = [];
  let { maxMessages, maxBytes } = limits;
  for (const item of items) {
    if (lastSeqOf(item) < from) continue;
    if (item.kind === 'gap') {
      const { gap } = item;
      if (gap.from <= to) gaps.push({ ...gap, from: Math.max(gap.from, from), to: Math.min(gap.to, to) });
      continue;
    }
    if (item.frame.firstSeq > to || maxMessages === 0) break;
    const fit = cut(item.frame, [from, to], { maxMessages, maxBytes }, atLeastOne && frames.length === 0);
    if (fit === undefined) break;
    frames.push(fit);
    maxMessages -= fit.count;
    maxBytes -= fit.bytes.byteLength;
    if (fit.lastSeq < Math.min(item.frame.lastSeq, to)) break;
  }
  return { frames, ranges: rangesOf(frames), gaps };
};

/** Whether a seq is within an item. */
export const covers = (item: LogItem, seq: number): boolean =>
  firstSeqOf(item) <= seq && seq <= lastSeqOf(item);

/** The end of the gap that contains this one. */
const endOf = (items: readonly LogItem[], { from, to }: Gap): number =>
  items.reduce((end, item) => {
    const around = item.kind === 'gap' && item.gap.from <= from && to <= item.gap.to;
    return around ? item.gap.to : end;
  }, to);

/** Reads the messages of several ascending ranges, within the limits. Ranges near each other share a read. */
export const readSlice = async (
  log: Pick<Log, 'read'>,
  wanted: readonly Range[],
  limits: SliceLimits,
): Promise<LogSlice> => {
  const frames: Frame[] = [];
  const gaps: Gap[] = [];
  let { maxMessages, maxBytes } = limits;
  let items: readonly LogItem[] = [];
  for (const range of wanted) {
    if (!items.some((item) => covers(item, range[0]))) items = await log.read(range[0], limits.maxBytes);
    const slice = sliceOf(items, range, { maxMessages, maxBytes }, frames.length === 0);
    frames.push(...slice.frames);
    // Whole, although only a part was wanted: all of it is missing.
    gaps.push(...slice.gaps.map((gap) => ({ ...gap, to: endOf(items, gap) })));
    for (const frame of slice.frames) {
      maxMessages -= frame.count;
      maxBytes -= frame.bytes.byteLength;
    }
    // The rest of this range comes first next time, so that messages keep their order.
    const reached = Math.max(slice.frames.at(-1)?.lastSeq ?? 0, slice.gaps.at(-1)?.to ?? 0);
    if (reached < range[1]) break;
  }
  return { frames, ranges: rangesOf(frames), gaps };
};

const rangesOf = (frames: readonly Frame[]): Range[] =>
  frames.map((frame) => [frame.firstSeq, frame.lastSeq]);
