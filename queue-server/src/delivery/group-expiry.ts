import { QueueError, SECOND } from '@typed-queue/contracts';
import { EarliestTimer, type Timers } from '../engine/timers.js';
import type { Engine } from '../engine/engine.js';
import { RETURN_MS } from './return-time.js';

/** `vanished`: without a word, so that it may come back. */
export type Departure = 'left' | 'vanished';

export interface GroupExpiryParts {
  readonly engine: Pick<Engine, 'queue' | 'group'>;
  /** Rejects with `group_in_use` when somebody has joined meanwhile. */
  readonly deleteGroup: (queue: string, group: string) => Promise<void>;
  readonly queues: readonly string[];
  /** Whether a group has members. */
  readonly used: (queue: string, group: string) => boolean;
  /** Milliseconds, of a clock that is never set. */
  readonly now: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

/** A group without members that will be deleted. */
interface Unused {
  readonly queue: string;
  readonly group: string;
  /** When it expires. */
  readonly due: number;
  readonly alarm: EarliestTimer;
}

/** How long an expired group that could not be deleted waits. */
const AGAIN_MS = 10 * SECOND;
/** When an alarm is so late, the process did not run meanwhile, and no member could come back. */
const LATE_MS = 10 * SECOND;

/**
 * Deletes groups that had no member for as long as their settings allow. Only time counts in which members could have
 * come back: not before they had a chance to do so after a start, a lost connection or a standstill of the process.
 * Each group that may expire has a timer of its own, so that no cost grows with their number.
 */
export class GroupExpiry {
  readonly #parts: GroupExpiryParts;
  /** By queue and group. */
  readonly #unused = new Map<string, Unused>();
  #stopped = false;

  constructor(parts: GroupExpiryParts) {
    this.#parts = parts;
    for (const queue of parts.queues) {
      for (const { group, settings } of parts.engine.queue(queue).groups.list()) {
        this.#watch(queue, group, settings.expireAfterMs, 'vanished');
      }
    }
  }

  /** A member is gone: nobody may be in the group any more. */
  left(queue: string, group: string, departure: Departure): void {
    this.#watch(queue, group, this.#expireAfterMs(queue, group), departure);
  }

  stop(): void {
    this.#stopped = true;
    for (const { alarm } of this.#unused.values()) alarm.stop();
    this.#unused.clear();
  }

  #watch(queue: string, group: string, expireAfterMs: number | undefined, departure: Departure): void {
    if (this.#stopped || expireAfterMs === undefined) return;
    const { now, timers } = this.#parts;
    const name = `${queue}/${group}`;
    this.#unused.get(name)?.alarm.stop();
    const alarm = new EarliestTimer(() => void this.#ring(name), now, timers);
    const due = now() + expireAfterMs + (departure === 'vanished' ? RETURN_MS : 0);
    this.#unused.set(name, { queue, group, due, alarm });
    alarm.by(due);
  }

  async #ring(name: string): Promise<void> {
    const unused = this.#unused.get(name);
    if (unused === undefined) return;
    const { queue, group, due, alarm } = unused;
    const { now, used } = this.#parts;
    if (used(queue, group)) this.#unused.delete(name);
    else if (now() < due) alarm.by(due);
    else if (now() >= due + LATE_MS) this.left(queue, group, 'vanished');
    else await this.#delete(name, unused);
  }

  async #delete(name: string, unused: Unused): Promise<void> {
    const { deleteGroup, now, onError } = this.#parts;
    try {
      await deleteGroup(unused.queue, unused.group).catch(unlessOver);
      if (this.#unused.get(name) === unused) this.#unused.delete(name);
    } catch (error) {
      onError(error);
      if (this.#unused.get(name) !== unused) return;
      const due = now() + AGAIN_MS;
      this.#unused.set(name, { ...unused, due });
      unused.alarm.by(due);
    }
  }

  #expireAfterMs(queue: string, group: string): number | undefined {
    return this.#parts.engine.group(queue, group).info()?.settings.expireAfterMs;
  }
}

/** The group has members again, or is deleted already: nothing is left to do. */
const unlessOver = (error: unknown): void => {
  const isOver =
    error instanceof QueueError && (error.code === 'group_in_use' || error.code === 'group_unknown');
  if (!isOver) throw error;
};
