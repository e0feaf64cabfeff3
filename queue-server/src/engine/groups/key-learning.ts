import type { Group } from '../group/group.js';
import type { Run } from '../group/state-runs.js';
import type { Log } from '../log/log.js';
import type { LogItem } from '../log/scan.js';
import { covers } from '../log/slice.js';

const READ_BYTES = 1024 * 1024;

/** Reads the ordering keys of the unsettled messages of a restored group, so that their order and their holders are kept. */
export const learnKeys = async (log: Pick<Log, 'read'>, group: Group): Promise<void> => {
  let items: readonly LogItem[] = [];
  for (const { from, to } of runsToLearn(group)) {
    for (let next = from; next <= to;) {
      let item = items.find((each) => covers(each, next));
      if (item === undefined) {
        items = await log.read(next, READ_BYTES);
        item = items.find((each) => covers(each, next));
      }
      if (item === undefined) break;
      next = learn(group, item, next, to) + 1;
    }
  }
};

/** Those that are leased first: a message of their key that was redriven waits behind them, whatever its seq. */
const runsToLearn = ({ runs }: Group): readonly Run[] => [
  ...runs.filter(({ state }) => state.kind === 'leased'),
  ...runs.filter(({ state }) => !['leased', 'settled', 'dead'].includes(state.kind)),
];

/** Learns the keys of an item; returns its last seq. */
const learn = (group: Group, item: LogItem, from: number, to: number): number => {
  if (item.kind === 'gap') return item.gap.to;
  const { frame } = item;
  for (let seq = from; seq <= Math.min(to, frame.lastSeq); seq++) {
    const hash = frame.keyHash(seq - frame.firstSeq);
    if (hash === 0) continue;
    const state = group.stateOf(seq);
    // It may have been settled while the log was read.
    if (state.kind === 'settled' || state.kind === 'dead') continue;
    group.keys.learn(seq, hash, state.kind === 'leased' ? group.holderOf(state.token) : undefined);
  }
  return frame.lastSeq;
};
