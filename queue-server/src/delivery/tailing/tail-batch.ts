import type { Gap, Range } from '@typed-queue/contracts';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../../engine/engine.js';
import { sliceOf, type SliceLimits } from '../../engine/log/slice.js';

/** What a tail is sent at once. Everything from `from` to `to` is in it, or a gap, or filtered out. */
export interface TailBatch {
  readonly from: number;
  readonly to: number;
  readonly gaps: readonly Gap[];
  readonly frames: readonly Frame[];
}

/**
 * The messages of a range in what was read, within the limits but at least one; of some events only when they are
 * given. It may end before the range does.
 */
export const tailBatch = (
  items: readonly LogItem[],
  [from, to]: Range,
  limits: SliceLimits,
  events?: ReadonlySet<string>,
): TailBatch => {
  const inRange = items.filter((item) => firstOf(item) <= to && lastOf(item) >= from);
  const wanted =
    events === undefined ? inRange : inRange.flatMap((item) => wantedOf(item, [from, to], events));
  const { frames, gaps } = sliceOf(wanted, [from, to], limits);
  const lastTaken = Math.max(frames.at(-1)?.lastSeq ?? 0, gaps.at(-1)?.to ?? 0);
  const hasAll = Math.min(to, lastOf(wanted.at(-1))) <= lastTaken;
  const end = hasAll ? Math.min(to, lastOf(inRange.at(-1))) : lastTaken;
  if (end < from) throw new Error(`a read of seq ${from} gave nothing of it`);
  return { from, to: end, gaps, frames };
};

const firstOf = (item: LogItem): number => (item.kind === 'frame' ? item.frame.firstSeq : item.gap.from);
const lastOf = (item: LogItem | undefined): number => {
  if (item === undefined) return 0;
  return item.kind === 'frame' ? item.frame.lastSeq : item.gap.to;
};

/** The messages of some events in a range, as frames of consecutive ones. Reads only the tables of the frames. */
const wantedOf = (item: LogItem, [from, to]: Range, events: ReadonlySet<string>): LogItem[] => {
  if (item.kind === 'gap') return [item];
  const { frame } = item;
  if (frame.header.events.every((event) => events.has(event))) return [item];
  const first = Math.max(0, from - frame.firstSeq);
  const last = Math.min(frame.count - 1, to - frame.firstSeq);
  const runs: number[][] = [];
  for (let index = first; index <= last; index++) {
    if (!events.has(frame.event(index))) continue;
    const run = runs.at(-1);
    if (run?.at(-1) === index - 1) run.push(index);
    else runs.push([index]);
  }
  return runs.map((run) => ({ kind: 'frame', frame: pickFrame(frame, run) }));
};
