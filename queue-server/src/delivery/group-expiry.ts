import { QueueError, SECOND } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { EarliestTimer } from '../engine/earliest-timer.js';
import type { Engine } from '../engine/engine.js';
import { RETURN_MS } from './member.js';

/** `vanished`: without leaving, so that it may come back. */
export type Departure = 'left' | 'vanished';

export interface GroupExpiryDeps {
  readonly engine: Pick<Engine, 'queue' | 'group'>;
  /** Rejects with `group_in_use` when it has members again. */
  readonly deleteGroup: (queue: string, group: string) => Promise<void>;
  readonly queues: readonly string[];
  /** Whether a group has members. */
  readonly used: (queue: string, group: string) => boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly after: After;
  readonly onError: (error: unknown) => void;
}

/** A group without members that will be deleted. */
interface Unused {
  readonly queue: string;
  readonly group: string;
  /** When it expires. */
  readonly due: number;
  readonly timer: EarliestTimer;
}

/** Until an expired group that could not be deleted is deleted again. */
const RETRY_MS = 10 * SECOND;
/** With a timer this late, the process did not run, and no member could come back. */
const LATE_MS = 10 * SECOND;

/**
 * Deletes groups that had no members for the time of their settings. Only time counts in which members could have
 * come back: after a start, a lost connection or a suspended process they have `RETURN_MS` to do so. Each group that
 * may expire has a timer of its own, so that no cost grows with their number.
 */
export class GroupExpiry {
  readonly #deps: GroupExpiryDeps;
  /** By queue and group. */
  readonly #unused = new Map<string, Unused>();
  #stopped = false;

  constructor(deps: GroupExpiryDeps) {
    this.#deps = deps;
    for (const queue of deps.queues) {
      for (const { group, settings } of deps.engine.queue(queue).groups.list()) {
        this.#watch(queue, group, settings.expireAfterMs, 'vanished');
      }
    }
  }

  /** A member is gone, perhaps the last. */
  left(queue: string, group: string, departure: Departure): void {
    this.#watch(queue, group, this.#expireAfterMs(queue, group), departure);
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#unused.values()) timer.stop();
    this.#unused.clear();
  }

  #watch(queue: string, group: string, expireAfterMs: number | undefined, departure: Departure): void {
    if (this.#stopped || expireAfterMs === undefined) return;
    const { now, after } = this.#deps;
    const name = `${queue}/${group}`;
    this.#unused.get(name)?.timer.stop();
    const timer = new EarliestTimer(() => void this.#onTime(name), now, after);
    const due = now() + expireAfterMs + (departure === 'vanished' ? RETURN_MS : 0);
    this.#unused.set(name, { queue, group, due, timer });
    timer.by(due);
  }

  async #onTime(name: string): Promise<void> {
    const unused = this.#unused.get(name);
    if (unused === undefined) return;
    const { queue, group, due, timer } = unused;
    const { now, used } = this.#deps;
    if (used(queue, group)) this.#unused.delete(name);
    else if (now() < due) timer.by(due);
    else if (now() >= due + LATE_MS) this.left(queue, group, 'vanished');
    else await this.#delete(name, unused);
  }

  async #delete(name: string, unused: Unused): Promise<void> {
    const { deleteGroup, now, onError } = this.#deps;
    try {
      await deleteGroup(unused.queue, unused.group).catch(unlessOver);
      if (this.#unused.get(name) === unused) this.#unused.delete(name);
    } catch (error) {
      onError(error);
      if (this.#unused.get(name) !== unused) return;
      const due = now() + RETRY_MS;
      this.#unused.set(name, { ...unused, due });
      unused.timer.by(due);
    }
  }

  #expireAfterMs(queue: string, group: string): number | undefined {
    return this.#deps.engine.group(queue, group).info()?.settings.expireAfterMs;
  }
}

/** The group has members again, or is deleted already. */
const unlessOver = (error: unknown): void => {
  const isOver =
    error instanceof QueueError && (error.code === 'group_in_use' || error.code === 'group_unknown');
  if (!isOver) throw error;
};
