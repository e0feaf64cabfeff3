import type { Outcome } from '@typed-queue/contracts/wire';

/** What has happened to messages in one group since the server started. */
export interface GroupCount {
  delivered: number;
  acked: number;
  /** Failed, and scheduled for another attempt or dead-lettered. */
  retried: number;
  dead: number;
  /** Failed in a declared way, retried or dead-lettered: by code. */
  readonly failures: Map<string, number>;
  /** Their lease ended without a sign of life of the member. */
  leaseExpired: number;
}

export interface LabelledGroup {
  readonly label: string;
  readonly count: Readonly<GroupCount>;
}

/** Groups of one queue that are counted by name; all others are counted together. */
const MAX_NAMED = 100;

/** In place of the name of a group; none is called so. */
export const OTHER_GROUPS = '(other)';

const newCount = (): GroupCount => ({
  delivered: 0,
  acked: 0,
  retried: 0,
  dead: 0,
  failures: new Map(),
  leaseExpired: 0,
});

const settledOf = ({ acked, dead }: GroupCount): number => acked + dead;

/** Counts messages with an outcome. */
export const countOutcome = (count: GroupCount, outcome: Outcome, messages: number): void => {
  const { kind } = outcome;
  if (kind === 'ack') count.acked += messages;
  if (kind === 'retry') count.retried += messages;
  if (kind !== 'retry' && kind !== 'dead-letter') return;
  const { failure } = outcome;
  if (failure === undefined || messages === 0) return;
  count.failures.set(failure.code, (count.failures.get(failure.code) ?? 0) + messages);
};

/** Counts messages by queue and group. A queue has at most 100 groups with a count of their own, those that came first. */
export class GroupCounts {
  readonly #byQueue = new Map<string, Map<string, GroupCount>>();
  readonly #others = new Map<string, GroupCount>();
  /** What groups settled whose counts are forgotten. */
  readonly #forgotten = new Map<string, number>();

  /** The count of a group, to be changed. */
  of(queue: string, group: string): GroupCount {
    return this.#named(queue, group) ?? this.#othersOf(queue);
  }

  /** How a group is named in metrics. */
  labelOf(queue: string, group: string): string {
    return this.#named(queue, group) === undefined ? OTHER_GROUPS : group;
  }

  /** The counts of a queue. */
  labelled(queue: string): readonly LabelledGroup[] {
    const named = [...(this.#byQueue.get(queue) ?? [])].map(([label, count]) => ({ label, count }));
    const others = this.#others.get(queue);
    return others === undefined ? named : [...named, { label: OTHER_GROUPS, count: others }];
  }

  /** The group was deleted: another may be counted by its name. */
  forget(queue: string, group: string): void {
    const named = this.#byQueue.get(queue);
    const count = named?.get(group);
    if (count !== undefined) this.#forgotten.set(queue, this.#settledBefore(queue) + settledOf(count));
    named?.delete(group);
  }

  /** How many messages all groups of a queue acked or dead-lettered, deleted ones included. */
  settled(queue: string): number {
    let settled = this.#settledBefore(queue);
    for (const count of this.#byQueue.get(queue)?.values() ?? []) settled += settledOf(count);
    const others = this.#others.get(queue);
    return others === undefined ? settled : settled + settledOf(others);
  }

  #settledBefore(queue: string): number {
    return this.#forgotten.get(queue) ?? 0;
  }

  #named(queue: string, group: string): GroupCount | undefined {
    const named = this.#byQueue.get(queue) ?? new Map<string, GroupCount>();
    this.#byQueue.set(queue, named);
    const known = named.get(group);
    if (known !== undefined || named.size >= MAX_NAMED) return known;
    const count = newCount();
    named.set(group, count);
    return count;
  }

  #othersOf(queue: string): GroupCount {
    const others = this.#others.get(queue) ?? newCount();
    this.#others.set(queue, others);
    return others;
  }
}
