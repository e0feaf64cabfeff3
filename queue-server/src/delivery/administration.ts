import {
  QueueError,
  type DeadLetterPage,
  type AnyMessage,
  type DeadLetterQuery,
  type DeadLetterStatus,
  type GroupStatus,
  type MemberStatus,
  type Purged,
  type QueueStatus,
  type RefusedLetter,
  type Start,
} from '@typed-queue/contracts';
import type { DeadLetterRequest, Discarded, GroupQuery, Redriven } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';
import { memberNames } from '../engine/group/member-id.js';
import type { GroupInfo } from '../engine/group-info.js';
import type { GroupDelivery } from './group-delivery.js';
import type { Member } from './member.js';
import { messageTime } from './message-time.js';
import type { Tails } from './tailing/tails.js';

export interface AdministrationDeps {
  readonly engine: Engine;
  readonly delivery: Pick<GroupDelivery, 'members' | 'deleteGroup'>;
  readonly tails: Pick<Tails, 'count'>;
  /** What is wrong with a stored message by the present contract; undefined: nothing. */
  readonly validate: (queue: string, message: AnyMessage) => QueueError | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Which queues and groups a client may see. */
export interface Visibility {
  readonly queues: readonly string[];
  mayAdminister(queue: string): boolean;
  maySee(queue: string, group: string): boolean;
}

const MAX_GROUPS_LISTED = 1_000;

/** What operators see and change of queues and groups. */
export class Administration {
  readonly #deps: AdministrationDeps;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  /** The visible queues. Others than operators of a queue get the number of their own groups, and no other counts. */
  queues(visibility: Visibility): QueueStatus[] {
    const { engine, tails } = this.#deps;
    return visibility.queues.map((queue) => {
      const stored = engine.queue(queue);
      const status = { queue, ...stored.head() };
      if (!visibility.mayAdminister(queue)) {
        const groups = this.#infos(queue, {}, visibility).length;
        return { ...status, deadLetters: NO_LETTERS, groups, tails: 0 };
      }
      const { letters, bytes, expired } = stored.deadLetters.status();
      const deadLetters = { letters, bytes, expired };
      return { ...status, deadLetters, groups: stored.groups.count(), tails: tails.count(queue) };
    });
  }

  /** A page of the visible groups of a queue, sorted by name. Default: the first 1,000. */
  async groups(queue: string, query: GroupQuery, visibility: Visibility): Promise<GroupStatus[]> {
    const groups = this.#infos(queue, query, visibility);
    const times = new Map<number, Promise<number | undefined>>();
    // Groups at one position share a read.
    const timeOf = (seq: number): Promise<number | undefined> => {
      const time = times.get(seq) ?? messageTime(this.#deps.engine.queue(queue), seq);
      times.set(seq, time);
      return time;
    };
    const statuses: GroupStatus[] = [];
    // One after the other: each may read a frame.
    for (const group of groups) statuses.push(await this.#status(queue, group, timeOf));
    return statuses;
  }

  /** Moves a group to another position. @throws QueueError `group_unknown`, like the two below */
  async seek(queue: string, group: string, to: Start): Promise<void> {
    await this.#deps.engine.group(queue, group).seek(to);
  }

  /** Stops the delivery of a group, or continues it. */
  async pause(queue: string, group: string, paused: boolean): Promise<void> {
    await this.#deps.engine.group(queue, group).pause(paused);
  }

  /** @throws QueueError `group_in_use` when it has members, including those that may come back */
  delete(queue: string, group: string): Promise<void> {
    return this.#deps.delivery.deleteGroup(queue, group);
  }

  /** Removes the messages below a seq, as far as the engine can; null: all. */
  async purge(queue: string, before: number | null): Promise<Purged> {
    const log = this.#deps.engine.queue(queue);
    const next = log.head().lastSeq + 1;
    await log.trim(Math.min(before ?? next, next));
    return { firstSeq: log.head().firstSeq };
  }

  async deadLetters(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    return this.#deps.engine.queue(queue).deadLetters.list(query);
  }

  /** Returns a page of dead letters to their groups, as far as their messages match the present contract. */
  async redrive(queue: string, { dryRun = false, ...query }: DeadLetterRequest): Promise<Redriven> {
    const { engine, validate } = this.#deps;
    const { deadLetters } = engine.queue(queue);
    const through = query.through ?? deadLetters.status().newest;
    const page = await deadLetters.list({ ...query, through });
    const refused: RefusedLetter[] = [];
    const fit = page.letters.filter(({ position, group, message }) => {
      // One without a message is refused by the engine.
      const problem = message === null ? undefined : validate(queue, message);
      if (problem !== undefined)
        refused.push({ position, group, code: problem.code, reason: problem.message });
      return problem === undefined;
    });
    const done = await deadLetters.redrive(fit, { dryRun });
    return { redriven: done.redriven, refused: [...refused, ...done.refused], next: page.next, through };
  }

  /** Removes a page of dead letters permanently. */
  async discard(queue: string, { dryRun = false, ...query }: DeadLetterRequest): Promise<Discarded> {
    const { deadLetters } = this.#deps.engine.queue(queue);
    const through = query.through ?? deadLetters.status().newest;
    const { letters, next } = await deadLetters.list({ ...query, through });
    const positions = letters.map(({ position }) => position);
    const discarded = dryRun ? positions.length : await deadLetters.discard(positions);
    return { discarded, next, through };
  }

  #infos(queue: string, query: GroupQuery, visibility: Visibility): GroupInfo[] {
    const { limit = MAX_GROUPS_LISTED } = query;
    const seen: GroupInfo[] = [];
    let { after } = query;
    for (;;) {
      const page = this.#deps.engine.queue(queue).groups.list({ after, limit });
      seen.push(...page.filter(({ group }) => visibility.maySee(queue, group)));
      if (seen.length >= limit || page.length < limit) return seen.slice(0, limit);
      after = page.at(-1)?.group;
    }
  }

  async #status(
    queue: string,
    info: GroupInfo,
    timeOf: (seq: number) => Promise<number | undefined>,
  ): Promise<GroupStatus> {
    const { group, floor, cursor, unsettled, paused, stalled, deadLetters, passedOver, settings } = info;
    const { engine, now } = this.#deps;
    const lag = Math.max(0, engine.queue(queue).head().lastSeq - cursor + 1);
    const depth = unsettled + lag;
    const members = this.#deps.delivery.members(queue, group).map(statusOf);
    const oldest = depth === 0 ? undefined : await timeOf(floor);
    const oldestAgeMs = oldest === undefined ? null : Math.max(0, now() - oldest);
    return {
      queue,
      group,
      floor,
      depth,
      lag,
      oldestAgeMs,
      paused,
      stalled,
      deadLetters,
      passedOver,
      settings,
      members,
    };
  }
}

const NO_LETTERS: DeadLetterStatus = { letters: 0, bytes: 0, expired: 0 };

const statusOf = ({ name, unsettled, away, window, oldestHeldMs }: Member): MemberStatus => ({
  ...memberNames(name),
  unsettled,
  away,
  window: { messages: window.messages, bytes: window.bytes },
  oldestHeldMs: oldestHeldMs ?? null,
  silentMs: null,
});
