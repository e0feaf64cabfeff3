import { SECOND } from '@typed-queue/contracts';
import { Alarm, type Timers } from '../engine/alarm.js';
import type { Engine } from '../engine/engine.js';
import { RETURN_MS } from './return-time.js';

/** `vanished`: without a word, so that it may come back. */
export type Departure = 'left' | 'vanished';

export interface GroupExpiryParts {
  readonly engine: Pick<Engine, 'groups' | 'deleteGroup'>;
  readonly queues: readonly string[];
  /** Whether a group has members. */
  readonly used: (queue: string, group: string) => boolean;
  /** Milliseconds, of a clock that is never set. */
  readonly now: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

interface Unused {
  readonly queue: string;
  readonly group: string;
  /** When it expires. */
  due: number;
}

/** How long an expired group that could not be deleted waits. */
const AGAIN_MS = 10 * SECOND;
/** When an alarm is so late, the process did not run meanwhile, and no member could come back. */
const LATE_MS = 10 * SECOND;

/**
 * Deletes groups that had no member for as long as their settings allow. Only time counts in which members could have
 * come back: not before they had a chance to do so after a start, a lost connection or a standstill of the process.
 */
export class GroupExpiry {
  readonly #parts: GroupExpiryParts;
  readonly #alarm: Alarm;
  /** By queue and group. */
  readonly #unused = new Map<string, Unused>();
  #stopped = false;

  constructor(parts: GroupExpiryParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(() => void this.#ring(), parts.now, parts.timers);
    for (const queue of parts.queues) {
      for (const { group } of parts.engine.groups(queue)) this.left(queue, group, 'vanished');
    }
  }

  /** A member is gone: nobody may be in the group any more. */
  left(queue: string, group: string, departure: Departure): void {
    if (this.#stopped) return;
    const expireAfterMs = this.#expireAfterMs(queue, group);
    if (expireAfterMs === undefined) return;
    const due = this.#parts.now() + expireAfterMs + (departure === 'vanished' ? RETURN_MS : 0);
    this.#unused.set(`${queue}/${group}`, { queue, group, due });
    this.#alarm.by(due);
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.stop();
  }

  async #ring(): Promise<void> {
    const { now, used } = this.#parts;
    for (const [name, unused] of this.#unused) {
      const { queue, group, due } = unused;
      if (this.#expireAfterMs(queue, group) === undefined || used(queue, group)) this.#unused.delete(name);
      else if (now() < due) this.#alarm.by(due);
      else if (now() >= due + LATE_MS) this.left(queue, group, 'vanished');
      else await this.#delete(name, unused);
    }
  }

  async #delete(name: string, unused: Unused): Promise<void> {
    const { engine, now, onError } = this.#parts;
    if (this.#stopped) return;
    try {
      await engine.deleteGroup(unused.queue, unused.group);
      this.#unused.delete(name);
    } catch (error) {
      onError(error);
      unused.due = now() + AGAIN_MS;
      this.#alarm.by(unused.due);
    }
  }

  #expireAfterMs(queue: string, group: string): number | undefined {
    return this.#parts.engine.groups(queue).find((each) => each.group === group)?.settings.expireAfterMs;
  }
}
