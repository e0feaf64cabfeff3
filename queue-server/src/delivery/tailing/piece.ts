import type { Gap, Range } from '@typed-queue/contracts';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import type { ReadItem } from '../../engine/engine.js';
import { take, type TakeLimits } from '../../engine/log/slice.js';

/** A piece of the log for one tail. Everything from `from` to `to` is in it, told as missing, or not asked for. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly gaps: readonly Gap[];
  readonly frames: readonly Frame[];
}

/**
 * What a tail gets of what was read: messages of a range within the limits, at least one; only of some events when
 * they are given. It may end before the range does.
 */
export const pieceOf = (
  items: readonly ReadItem[],
  [from, to]: Range,
  limits: TakeLimits,
  events?: ReadonlySet<string>,
): Piece => {
  const there = items.filter((item) => firstOf(item) <= to && lastOf(item) >= from);
  const wanted = events === undefined ? there : there.flatMap((item) => wantedOf(item, [from, to], events));
  const { frames, gaps } = take(wanted, [from, to], limits);
  const taken = Math.max(frames.at(-1)?.lastSeq ?? 0, gaps.at(-1)?.to ?? 0);
  const all = Math.min(to, lastOf(wanted.at(-1))) <= taken;
  const reached = all ? Math.min(to, lastOf(there.at(-1))) : taken;
  if (reached < from) throw new Error(`a read of seq ${from} gave nothing of it`);
  return { from, to: reached, gaps, frames };
};

const firstOf = (item: ReadItem): number => (item.kind === 'frame' ? item.frame.firstSeq : item.gap.from);
const lastOf = (item: ReadItem | undefined): number => {
  if (item === undefined) return 0;
  return item.kind === 'frame' ? item.frame.lastSeq : item.gap.to;
};

/** The messages of some events in a range, as frames of neighbours. Looks at tables only. */
const wantedOf = (item: ReadItem, [from, to]: Range, events: ReadonlySet<string>): ReadItem[] => {
  if (item.kind === 'gap') return [item];
  const { frame } = item;
  if (frame.header.events.every((event) => events.has(event))) return [item];
  const first = Math.max(0, from - frame.firstSeq);
  const last = Math.min(frame.count - 1, to - frame.firstSeq);
  const runs: number[][] = [];
  for (let place = first; place <= last; place++) {
    if (!events.has(frame.event(place))) continue;
    const run = runs.at(-1);
    if (run?.at(-1) === place - 1) run.push(place);
    else runs.push([place]);
  }
  return runs.map((run) => ({ kind: 'frame', frame: pickFrame(frame, run) }));
};
