import { Alarm, type Timers } from '../engine/alarm.js';
import type { Engine } from '../engine/engine.js';

export interface GroupExpiryParts {
  readonly engine: Pick<Engine, 'groups' | 'deleteGroup'>;
  readonly queues: readonly string[];
  /** Whether a group has members. */
  readonly used: (queue: string, group: string) => boolean;
  readonly now: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

interface Unused {
  readonly queue: string;
  readonly group: string;
  readonly since: number;
}

/** How long an expired group that could not be deleted waits. */
const AGAIN_MS = 10_000;

/** Deletes groups that had no member for as long as their settings allow. A restart of the server begins anew to count. */
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
      for (const { group } of parts.engine.groups(queue)) this.left(queue, group);
    }
  }

  /** A member left: nobody may be in the group any more. */
  left(queue: string, group: string): void {
    if (this.#stopped) return;
    const since = this.#parts.now();
    this.#unused.set(`${queue}/${group}`, { queue, group, since });
    const expireAfterMs = this.#expireAfterMs(queue, group);
    if (expireAfterMs !== undefined) this.#alarm.by(since + expireAfterMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.stop();
  }

  async #ring(): Promise<void> {
    const { now, used, onError } = this.#parts;
    for (const [name, { queue, group, since }] of this.#unused) {
      const expireAfterMs = this.#expireAfterMs(queue, group);
      if (expireAfterMs === undefined || used(queue, group)) {
        this.#unused.delete(name);
      } else if (now() < since + expireAfterMs) {
        this.#alarm.by(since + expireAfterMs);
      } else {
        await this.#delete(name, queue, group).catch((error: unknown) => {
          onError(error);
          this.#alarm.by(now() + AGAIN_MS);
        });
      }
    }
  }

  async #delete(name: string, queue: string, group: string): Promise<void> {
    if (this.#stopped) return;
    await this.#parts.engine.deleteGroup(queue, group);
    this.#unused.delete(name);
  }

  #expireAfterMs(queue: string, group: string): number | undefined {
    return this.#parts.engine.groups(queue).find((each) => each.group === group)?.settings.expireAfterMs;
  }
}
