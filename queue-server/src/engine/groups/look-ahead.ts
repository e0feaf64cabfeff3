import type { Frame } from '@typed-queue/contracts/wire';
import type { Group } from '../group/group.js';
import type { Prioritised } from '../group/prioritised.js';
import type { Priorities } from '../group/priorities.js';
import { firstSeqOf, lastSeqOf, type LogItem } from '../log/scan.js';
import type { Log } from '../log/log.js';
import { covers } from '../log/slice.js';

const READ_BYTES = 1024 * 1024;
/** How much of the log one claim reads for it: the rest is read by the next ones. */
const MAX_BYTES = 4 * READ_BYTES;

export interface LookAheadDeps {
  readonly log: Pick<Log, 'head' | 'read'>;
  readonly state: Group;
}

/** Reads the priorities and ordering keys of the messages that a group may hand out next, before they are claimed. */
export class LookAhead {
  readonly #deps: LookAheadDeps;

  constructor(deps: LookAheadDeps) {
    this.#deps = deps;
  }

  /** Whether the group has looked at all that it may hand out now. */
  isDone(priorities: Priorities): boolean {
    const { log, state } = this.#deps;
    return priorities.reopened.length === 0 && priorities.end > state.reach(log.head().lastSeq);
  }

  /** Looks at more messages; at least at one, unless it is done. */
  async advance(priorities: Priorities): Promise<void> {
    const { log, state } = this.#deps;
    for (const seq of priorities.reopened) await this.#relearn(priorities, seq);
    for (let read = 0; read < MAX_BYTES && !this.isDone(priorities);) {
      const from = nextPending(state, priorities.end);
      const reach = state.reach(log.head().lastSeq);
      const items = from > reach ? [] : await log.read(from, READ_BYTES);
      if (items.length === 0) priorities.learn([], reach + 1);
      for (const item of items) learn(priorities, item, from);
      read += bytesOf(items);
    }
  }

  async #relearn(priorities: Priorities, seq: number): Promise<void> {
    const items = await this.#deps.log.read(seq, 1);
    const item = items.find((each) => covers(each, seq));
    priorities.relearn(seq, item?.kind === 'frame' ? entryOf(item.frame, seq) : undefined);
  }
}

/** The first message from a seq on that is not settled. */
const nextPending = ({ runs, cursor }: Group, seq: number): number => {
  const run = runs.find(({ to, state }) => to >= seq && state.kind !== 'settled');
  return Math.max(run?.from ?? cursor, seq);
};

const bytesOf = (items: readonly LogItem[]): number =>
  items.reduce((sum, item) => sum + (item.kind === 'frame' ? item.frame.bytes.byteLength : 0), 0);

/** Learns the messages of an item from a seq on: also those that are handed out later, so that each is read once. */
const learn = (priorities: Priorities, item: LogItem, from: number): void => {
  const last = lastSeqOf(item);
  const entries: Prioritised[] = [];
  if (item.kind === 'frame') {
    for (let seq = Math.max(firstSeqOf(item), from, priorities.end); seq <= last; seq++) {
      const entry = entryOf(item.frame, seq);
      if (entry !== undefined) entries.push(entry);
    }
  }
  if (last >= priorities.end) priorities.learn(entries, last + 1);
};

const entryOf = (frame: Frame, seq: number): Prioritised | undefined => {
  const index = seq - frame.firstSeq;
  const [priority, keyHash] = [frame.priority(index), frame.keyHash(index)];
  return priority === 0 && keyHash === 0 ? undefined : { seq, priority, keyHash };
};
