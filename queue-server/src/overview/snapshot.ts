import type { GroupDelivery } from '../delivery/group-delivery.js';
import type { Member } from '../delivery/member.js';
import type { Engine } from '../engine/engine.js';
import { depthOf } from '../engine/group-info.js';

export interface SnapshotDeps {
  readonly engine: Pick<Engine, 'queue'>;
  readonly delivery: Pick<GroupDelivery, 'members'>;
}

/** A group at one moment. */
export interface GroupSnapshot {
  readonly group: string;
  readonly depth: number;
  readonly floor: number;
  readonly paused: boolean;
  readonly stalled: boolean;
  readonly members: readonly Member[];
}

/** All groups of a queue at one moment. */
export const groupsOf = (queue: string, { engine, delivery }: SnapshotDeps): readonly GroupSnapshot[] => {
  const stored = engine.queue(queue);
  const head = stored.head();
  return stored.groups.positions().map((position) => {
    const { group, floor, paused, stalled } = position;
    const { depth } = depthOf(position, head);
    return { group, depth, floor, paused, stalled, members: delivery.members(queue, group) };
  });
};

/** What groups have in common. */
export interface GroupSums {
  readonly groups: number;
  /** Without those that are away. */
  readonly members: number;
  /** The largest. */
  readonly depth: number;
  /** The oldest seq that one of them has not settled; Infinity: they have settled all. */
  readonly oldestSeq: number;
}

export const sumsOf = (groups: readonly GroupSnapshot[]): GroupSums => {
  let members = 0;
  let depth = 0;
  let oldestSeq = Infinity;
  for (const group of groups) {
    for (const { away } of group.members) if (!away) members++;
    depth = Math.max(depth, group.depth);
    if (group.depth > 0) oldestSeq = Math.min(oldestSeq, group.floor);
  }
  return { groups: groups.length, members, depth, oldestSeq };
};
