import {
  QueueError,
  type DeadLetterPage,
  type DeadLetterQuery,
  type GroupStatus,
  type MemberStatus,
  type Purged,
  type QueueStatus,
  type Start,
} from '@typed-queue/contracts';
import type { Engine } from '../engine/engine.js';
import type { GroupInfo } from '../engine/group-info.js';
import type { Delivery } from './delivery.js';
import type { Member } from './member.js';
import type { Tails } from './tailing/tails.js';

export interface AdministrationParts {
  readonly engine: Engine;
  readonly delivery: Pick<Delivery, 'members'>;
  readonly tails: Pick<Tails, 'count'>;
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Reading on behind a hole, to find the oldest message; more holes in a row are not looked behind. */
const HOLES_PASSED = 3;

/** Looks after queues and groups, for operators. */
export class Administration {
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  queues(): QueueStatus[] {
    const { engine, tails, queues } = this.#parts;
    return queues.map((queue) => ({
      queue,
      ...engine.head(queue),
      groups: engine.groups(queue).length,
      tails: tails.count(queue),
    }));
  }

  async groups(queue: string): Promise<GroupStatus[]> {
    const statuses: GroupStatus[] = [];
    // One by one: each may read a frame.
    for (const group of this.#parts.engine.groups(queue)) statuses.push(await this.#status(queue, group));
    return statuses;
  }

  /** Puts a group to another place. @throws QueueError `group_unknown`, like the two below */
  async seek(queue: string, group: string, to: Start): Promise<void> {
    await this.#parts.engine.seekGroup(queue, group, to);
  }

  /** Hands out nothing more, or again. */
  async pause(queue: string, group: string, paused: boolean): Promise<void> {
    await this.#parts.engine.pauseGroup(queue, group, paused);
  }

  /** @throws QueueError `group_in_use` when it has members, also ones that are away and may come back */
  async delete(queue: string, group: string): Promise<void> {
    const members = this.#members(queue, group);
    if (members.length > 0) {
      throw new QueueError(
        'group_in_use',
        `Group "${group}" of "${queue}" has ${members.length} members. Stop them, then delete it.`,
        { details: { members: members.map(({ client, subscription }) => `${client}/${subscription}`) } },
      );
    }
    await this.#parts.engine.deleteGroup(queue, group);
  }

  /** Removes the messages below a seq, as far as the engine can; null: all. */
  async purge(queue: string, before: number | null): Promise<Purged> {
    const { engine } = this.#parts;
    const next = engine.head(queue).lastSeq + 1;
    await engine.trim(queue, Math.min(before ?? next, next));
    return { firstSeq: engine.head(queue).firstSeq };
  }

  async deadLetters(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    return this.#parts.engine.deadLetters(queue, query);
  }

  async #status(queue: string, info: GroupInfo): Promise<GroupStatus> {
    const { group, floor, cursor, unsettled, paused, stalled, deadLetters, settings } = info;
    const { engine, now } = this.#parts;
    const lag = Math.max(0, engine.head(queue).lastSeq - cursor + 1);
    const depth = unsettled + lag;
    const members = this.#members(queue, group);
    const oldest = depth === 0 ? undefined : await this.#timeOf(queue, floor);
    const oldestAgeMs = oldest === undefined ? null : Math.max(0, now() - oldest);
    return {
      ...{ queue, group, floor, depth, lag, oldestAgeMs, paused, stalled, deadLetters, settings, members },
    };
  }

  /** When the message at a seq, or else the next one that is there, was stored. */
  async #timeOf(queue: string, seq: number): Promise<number | undefined> {
    let next = seq;
    for (let holes = 0; holes <= HOLES_PASSED; holes++) {
      const [first] = await this.#parts.engine.read(queue, next, 1);
      if (first === undefined) return undefined;
      if (first.kind === 'frame') return first.frame.header.time;
      next = first.gap.to + 1;
    }
    return undefined;
  }

  #members(queue: string, group: string): MemberStatus[] {
    return this.#parts.delivery.members(queue, group).map(statusOf);
  }
}

/** Members are named `client/subscription`; a client's name has no slash. */
const statusOf = ({ name, unsettled, away }: Member): MemberStatus => {
  const slash = name.indexOf('/');
  return { client: name.slice(0, slash), subscription: name.slice(slash + 1), unsettled, away };
};
