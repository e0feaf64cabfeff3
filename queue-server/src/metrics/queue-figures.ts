import type { GroupCount } from '../delivery/group-counts.js';
import type { GroupDelivery } from '../delivery/group-delivery.js';
import { agesOf } from '../delivery/message-time.js';
import type { PublishCount, PublishGate } from '../delivery/publish-gate.js';
import type { Tails } from '../delivery/tailing/tails.js';
import type { Engine } from '../engine/engine.js';
import { depthOf, type GroupInfo } from '../engine/group-info.js';

export interface QueueFiguresDeps {
  readonly engine: Pick<Engine, 'queue'>;
  readonly delivery: Pick<GroupDelivery, 'counts' | 'members'>;
  readonly tails: Pick<Tails, 'count' | 'sent'>;
  readonly publishGate: Pick<PublishGate, 'countOf'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The state of one group, or of all groups without a name of their own together. */
export interface GroupFigures {
  readonly label: string;
  readonly depth: number;
  readonly lag: number;
  readonly leased: number;
  readonly members: number;
  readonly deadLetters: number;
  /** Of the oldest message that is not settled; 0 when all are, undefined when it cannot be read. */
  readonly oldestAgeMs: number | undefined;
}

export interface QueueFigures {
  readonly queue: string;
  readonly messages: number;
  readonly bytes: number;
  readonly deadLetters: number;
  readonly published: Readonly<PublishCount>;
  readonly tails: number;
  readonly tailed: number;
  readonly groupTotal: number;
  readonly groups: readonly GroupFigures[];
  readonly counts: readonly { readonly label: string; readonly count: Readonly<GroupCount> }[];
}

/** The figures of a queue at the moment. Reads a message for each position of a group. */
export const queueFigures = async (queue: string, deps: QueueFiguresDeps): Promise<QueueFigures> => {
  const { engine, delivery, tails, publishGate } = deps;
  const stored = engine.queue(queue);
  const { firstSeq, lastSeq, bytes } = stored.head();
  return {
    queue,
    messages: lastSeq - firstSeq + 1,
    bytes,
    deadLetters: stored.deadLetters.status().letters,
    published: publishGate.countOf(queue),
    tails: tails.count(queue),
    tailed: tails.sent(queue),
    groupTotal: stored.groups.count(),
    groups: await groupFigures(queue, deps),
    counts: delivery.counts.labelled(queue),
  };
};

/** What is summed up of groups with the same label. */
type Sum = Omit<GroupFigures, 'oldestAgeMs'> & { readonly oldestSeq: number };

const groupFigures = async (queue: string, deps: QueueFiguresDeps): Promise<readonly GroupFigures[]> => {
  const stored = deps.engine.queue(queue);
  const sums = new Map<string, Sum>();
  for (const info of stored.groups.list()) {
    const label = deps.delivery.counts.labelOf(queue, info.group);
    const own = figuresOf(queue, { ...info, label }, deps);
    const before = sums.get(label);
    sums.set(label, before === undefined ? own : sumOf(before, own));
  }
  const ageAt = agesOf(stored, deps.now());
  const groups: GroupFigures[] = [];
  // One after the other: each may read a frame. A disk that cannot be read is seen at `/readyz` and in the log.
  for (const { oldestSeq, ...sum } of sums.values()) {
    groups.push({ ...sum, oldestAgeMs: sum.depth === 0 ? 0 : await ageAt(oldestSeq).catch(() => undefined) });
  }
  return groups;
};

const figuresOf = (
  queue: string,
  { label, ...info }: GroupInfo & { readonly label: string },
  { engine, delivery }: QueueFiguresDeps,
): Sum => {
  const { group, floor, deadLetters } = info;
  const { depth, lag } = depthOf(info, engine.queue(queue).head());
  const members = delivery.members(queue, group);
  return {
    label,
    depth,
    lag,
    leased: members.reduce((sum, member) => sum + member.unsettled, 0),
    members: members.filter(({ away }) => !away).length,
    deadLetters,
    oldestSeq: depth === 0 ? Infinity : floor,
  };
};

const sumOf = (one: Sum, other: Sum): Sum => ({
  label: one.label,
  depth: one.depth + other.depth,
  lag: one.lag + other.lag,
  leased: one.leased + other.leased,
  members: one.members + other.members,
  deadLetters: one.deadLetters + other.deadLetters,
  oldestSeq: Math.min(one.oldestSeq, other.oldestSeq),
});
