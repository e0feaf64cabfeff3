import type { Gap, Range } from '@typed-queue/contracts';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import type { ReadItem } from '../engine.js';

/** What a claim takes of the log. */
export interface Taken {
  readonly frames: readonly Frame[];
  /** The seqs of the frames. */
  readonly ranges: readonly Range[];
  readonly gaps: readonly Gap[];
}

export interface TakeLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** The places from `from` on that fit into the limits; the first always does when `atLeastOne`. */
const fitting = (frame: Frame, [from, to]: Range, limits: TakeLimits, atLeastOne: boolean): number[] => {
  const places: number[] = [];
  let bytes = frame.header.headerLength;
  for (let place = from; place <= to && places.length < limits.maxMessages; place++) {
    bytes += frame.size(place);
    if (bytes > limits.maxBytes && (places.length > 0 || !atLeastOne)) break;
    places.push(place);
  }
  return places;
};

/** The part of a frame that lies in a range and fits, as a frame of its own; the frame itself when that is all of it. */
const cut = (frame: Frame, [from, to]: Range, limits: TakeLimits, atLeastOne: boolean): Frame | undefined => {
  const first = Math.max(0, from - frame.firstSeq);
  const last = Math.min(frame.count - 1, to - frame.firstSeq);
  const whole = first === 0 && last === frame.count - 1;
  if (whole && frame.count <= limits.maxMessages && frame.bytes.byteLength <= limits.maxBytes) return frame;
  const places = fitting(frame, [first, last], limits, atLeastOne);
  if (places.length === frame.count) return frame;
  return places.length === 0 ? undefined : pickFrame(frame, places);
};

const lastOf = (item: ReadItem): number => (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to);

/** Takes the messages of a range off what was read, within the limits; at least one, when asked for and there. */
export const take = (
  items: readonly ReadItem[],
  [from, to]: Range,
  limits: TakeLimits,
  atLeastOne = true,
): Taken => {
  const frames: Frame[] = [];
  const gaps: Gap[] = [];
  let { maxMessages, maxBytes } = limits;
  for (const item of items) {
    if (lastOf(item) < from) continue;
    if (item.kind === 'gap') {
      const { gap } = item;
      if (gap.from <= to) gaps.push({ ...gap, from: Math.max(gap.from, from), to: Math.min(gap.to, to) });
      continue;
    }
    if (item.frame.firstSeq > to || maxMessages === 0) break;
    const part = cut(item.frame, [from, to], { maxMessages, maxBytes }, atLeastOne && frames.length === 0);
    if (part === undefined) break;
    frames.push(part);
    maxMessages -= part.count;
    maxBytes -= part.bytes.byteLength;
    if (part.lastSeq < Math.min(item.frame.lastSeq, to)) break;
  }
  return { frames, ranges: rangesOf(frames), gaps };
};

/** Where the messages come from. */
export interface TakeSource {
  read(fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]>;
}

/** Whether a seq lies within what was read. */
const covers = (items: readonly ReadItem[], seq: number): boolean =>
  items.some((item) => {
    const first = item.kind === 'frame' ? item.frame.firstSeq : item.gap.from;
    return first <= seq && seq <= lastOf(item);
  });

/** Where a hole that was cut ends. */
const endOf = (items: readonly ReadItem[], { from, to }: Gap): number =>
  items.reduce((end, item) => {
    const around = item.kind === 'gap' && item.gap.from <= from && to <= item.gap.to;
    return around ? item.gap.to : end;
  }, to);

/** Takes the messages of several ascending ranges, as far as the limits go. Ranges near each other share a read. */
export const takeAll = async (
  source: TakeSource,
  wanted: readonly Range[],
  limits: TakeLimits,
): Promise<Taken> => {
  const frames: Frame[] = [];
  const gaps: Gap[] = [];
  let { maxMessages, maxBytes } = limits;
  let items: readonly ReadItem[] = [];
  for (const range of wanted) {
    if (!covers(items, range[0])) items = await source.read(range[0], limits.maxBytes);
    const taken = take(items, range, { maxMessages, maxBytes }, frames.length === 0);
    frames.push(...taken.frames);
    // Told whole: what is gone is gone, whatever was asked for.
    gaps.push(...taken.gaps.map((gap) => ({ ...gap, to: endOf(items, gap) })));
    for (const frame of taken.frames) {
      maxMessages -= frame.count;
      maxBytes -= frame.bytes.byteLength;
    }
    // The rest of this range comes first next time, so that messages keep their order.
    const reached = Math.max(taken.frames.at(-1)?.lastSeq ?? 0, taken.gaps.at(-1)?.to ?? 0);
    if (reached < range[1]) break;
  }
  return { frames, ranges: rangesOf(frames), gaps };
};

const rangesOf = (frames: readonly Frame[]): Range[] =>
  frames.map((frame) => [frame.firstSeq, frame.lastSeq]);
