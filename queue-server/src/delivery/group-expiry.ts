import { Alarm, type Timers } from '../engine/alarm.js';
import type { Engine } from '../engine/engine.js';

export interface GroupExpiryParts {
  readonly engine: Pick<Engine, 'groupInfo' | 'groups' | 'deleteGroup'>;
  readonly queues: readonly string[];
  /** Whether a group has members. */
  readonly used: (queue: string, group: string) => boolean;
  readonly now: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

/** A group without members that will be deleted. */
interface Unused {
  readonly queue: string;
  readonly group: string;
  readonly since: number;
  readonly alarm: Alarm;
}

/** How long an expired group that could not be deleted waits. */
const AGAIN_MS = 10_000;

/**
 * Deletes groups that had no member for as long as their settings allow. A restart of the server begins anew to count.
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
      for (const { group, settings } of parts.engine.groups(queue)) {
        this.#watch(queue, group, settings.expireAfterMs);
      }
    }
  }

  /** A member left: nobody may be in the group any more. */
  left(queue: string, group: string): void {
    this.#watch(queue, group, this.#expireAfterMs(queue, group));
  }

  stop(): void {
    this.#stopped = true;
    for (const { alarm } of this.#unused.values()) alarm.stop();
    this.#unused.clear();
  }

  #watch(queue: string, group: string, expireAfterMs: number | undefined): void {
    if (this.#stopped || expireAfterMs === undefined) return;
    const { now, timers } = this.#parts;
    const name = `${queue}/${group}`;
    this.#unused.get(name)?.alarm.stop();
    const alarm = new Alarm(() => void this.#ring(name), now, timers);
    this.#unused.set(name, { queue, group, since: now(), alarm });
    alarm.by(now() + expireAfterMs);
  }

  async #ring(name: string): Promise<void> {
    const unused = this.#unused.get(name);
    if (unused === undefined) return;
    const { queue, group, since, alarm } = unused;
    const { engine, now, used, onError } = this.#parts;
    // Its settings may have changed meanwhile.
    const expireAfterMs = this.#expireAfterMs(queue, group);
    if (expireAfterMs === undefined || used(queue, group)) {
      this.#unused.delete(name);
    } else if (now() < since + expireAfterMs) {
      alarm.by(since + expireAfterMs);
    } else {
      try {
        await engine.deleteGroup(queue, group);
        if (this.#unused.get(name) === unused) this.#unused.delete(name);
      } catch (error) {
        onError(error);
        if (this.#unused.get(name) === unused) alarm.by(now() + AGAIN_MS);
      }
    }
  }

  #expireAfterMs(queue: string, group: string): number | undefined {
    return this.#parts.engine.groupInfo(queue, group)?.settings.expireAfterMs;
  }
}
