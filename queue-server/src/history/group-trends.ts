import { MINUTE } from '@typed-queue/contracts';

/** How many minutes a depth is remembered. */
const MARKS = 6;

/** How a depth changed. */
export interface Growth {
  readonly before: number;
  readonly overMs: number;
}

/** The depths of groups in the last minutes, one a minute; only of those whose messages wait. */
export class GroupTrends {
  /** Of the marks, the oldest first, by a steady clock. */
  #times: readonly number[] = [];
  /** By queue, then by group: the depths at the last of those times, the oldest first. */
  #byQueue = new Map<string, Map<string, readonly number[]>>();

  /** Whether a minute has passed since the last mark. */
  isDue(now: number): boolean {
    return now - (this.#times.at(-1) ?? -Infinity) >= MINUTE;
  }

  /** Marks the depths of all groups; `depths` are those that are not 0, by queue. */
  mark(now: number, depths: ReadonlyMap<string, readonly (readonly [group: string, depth: number])[]>): void {
    const marked = new Map<string, Map<string, readonly number[]>>();
    for (const [queue, groups] of depths) {
      const former = this.#byQueue.get(queue);
      const of = ([group, depth]: readonly [string, number]) =>
        [group, [...(former?.get(group) ?? []), depth].slice(-MARKS)] as const;
      if (groups.length > 0) marked.set(queue, new Map(groups.map(of)));
    }
    this.#byQueue = marked;
    this.#times = [...this.#times, now].slice(-MARKS);
  }

  /** How much the depth of a group changed since the oldest mark; undefined: it is too early to say. */
  growth(queue: string, group: string, now: number): Growth | undefined {
    const depths = this.#byQueue.get(queue)?.get(group) ?? [];
    const [before] = depths;
    const since = this.#times.at(-depths.length);
    if (before === undefined || since === undefined || depths.length < 2) return undefined;
    return { before, overMs: now - since };
  }
}
