import type { Group } from '../group/group.js';
import type { LogItem } from '../engine.js';
import type { Log } from '../log/log.js';

const READ_BYTES = 1024 * 1024;

/** Reads the ordering keys of what a group that was written down has not settled, so that their order goes on. */
export const learnKeys = async (log: Pick<Log, 'read'>, state: Group): Promise<void> => {
  let items: readonly LogItem[] = [];
  for (const { from, to, delivery } of [...state.runs]) {
    if (delivery.kind === 'settled' || delivery.kind === 'condemned') continue;
    for (let next = from; next <= to;) {
      let item = items.find((each) => covers(each, next));
      if (item === undefined) {
        items = await log.read(next, READ_BYTES);
        item = items.find((each) => covers(each, next));
      }
      if (item === undefined) break;
      next = learn(state, item, next, to) + 1;
    }
  }
};

/** Learns the keys of a piece of the log; returns its last seq. */
const learn = (state: Group, item: LogItem, from: number, to: number): number => {
  if (item.kind === 'gap') return item.gap.to;
  const { frame } = item;
  for (let seq = from; seq <= Math.min(to, frame.lastSeq); seq++) {
    const hash = frame.keyHash(seq - frame.firstSeq);
    if (hash !== 0) state.keys.learn(seq, hash);
  }
  return frame.lastSeq;
};

const covers = (item: LogItem, seq: number): boolean =>
  item.kind === 'gap'
    ? item.gap.from <= seq && seq <= item.gap.to
    : item.frame.firstSeq <= seq && seq <= item.frame.lastSeq;
