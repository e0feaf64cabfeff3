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
import type { GroupInfo } from '../engine/group-info.js';
import type { GroupDelivery } from './group-delivery.js';
import { shownMember, type Member } from './member.js';
import type { Tails } from './tailing/tails.js';

export interface AdministrationParts {
  readonly engine: Engine;
  readonly delivery: Pick<GroupDelivery, 'members' | 'deleteGroup'>;
  readonly tails: Pick<Tails, 'count'>;
  /** What is wrong with a stored message by today's contract; undefined: nothing. */
  readonly validate: (queue: string, message: AnyMessage) => QueueError | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Which queues and groups somebody may see. */
export interface Sight {
  readonly queues: readonly string[];
  mayAdminister(queue: string): boolean;
  maySee(queue: string, group: string): boolean;
}

/** Reading on behind a hole, to find the oldest message; more holes in a row are not looked behind. */
const HOLES_PASSED = 3;

const MAX_GROUPS_LISTED = 1_000;

/** Looks after queues and groups, for operators. */
export class Administration {
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  /** The queues that may be seen. What is counted of one is all of it for its operators, for others only their groups. */
  queues(sight: Sight): QueueStatus[] {
    const { engine, tails } = this.#parts;
    return sight.queues.map((queue) => {
      const status = { queue, ...engine.head(queue) };
      if (!sight.mayAdminister(queue)) {
        const groups = this.#infos(queue, {}, sight).length;
        return { ...status, deadLetters: NO_LETTERS, groups, tails: 0 };
      }
      const deadLetters = deadLettersOf(engine, queue);
      return { ...status, deadLetters, groups: engine.groupCount(queue), tails: tails.count(queue) };
    });
  }

  /** Some groups of a queue that may be seen, sorted by name. Default: the first 1,000. */
  async groups(queue: string, query: GroupQuery, sight: Sight): Promise<GroupStatus[]> {
    const groups = this.#infos(queue, query, sight);
    const times = new Map<number, Promise<number | undefined>>();
    // Groups that stand at one place share a read.
    const timeOf = (seq: number): Promise<number | undefined> => {
      const time = times.get(seq) ?? this.#timeOf(queue, seq);
      times.set(seq, time);
      return time;
    };
    const statuses: GroupStatus[] = [];
    // One by one: each may read a frame.
    for (const group of groups) statuses.push(await this.#status(queue, group, timeOf));
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
  delete(queue: string, group: string): Promise<void> {
    return this.#parts.delivery.deleteGroup(queue, group);
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

  /** Hands a page of dead letters to the groups that gave them up, as far as their messages match today's contract. */
  async redrive(queue: string, { dryRun = false, ...query }: DeadLetterRequest): Promise<Redriven> {
    const { engine, validate } = this.#parts;
    const through = query.through ?? engine.deadLetterStatus(queue).newest;
    const page = await engine.deadLetters(queue, { ...query, through });
    const refused: RefusedLetter[] = [];
    const fit = page.letters.filter(({ position, group, message }) => {
      // One without a message is refused by the engine.
      const problem = message === null ? undefined : validate(queue, message);
      if (problem !== undefined)
        refused.push({ position, group, code: problem.code, reason: problem.message });
      return problem === undefined;
    });
    const done = await engine.redrive(queue, fit, { dryRun });
    return { redriven: done.redriven, refused: [...refused, ...done.refused], next: page.next, through };
  }

  /** Removes a page of dead letters for good. */
  async discard(queue: string, { dryRun = false, ...query }: DeadLetterRequest): Promise<Discarded> {
    const { engine } = this.#parts;
    const through = query.through ?? engine.deadLetterStatus(queue).newest;
    const { letters, next } = await engine.deadLetters(queue, { ...query, through });
    const positions = letters.map(({ position }) => position);
    const discarded = dryRun ? positions.length : await engine.discard(queue, positions);
    return { discarded, next, through };
  }

  #infos(queue: string, query: GroupQuery, sight: Sight): GroupInfo[] {
    const { limit = MAX_GROUPS_LISTED } = query;
    const seen: GroupInfo[] = [];
    let { after } = query;
    for (;;) {
      const page = this.#parts.engine.groups(queue, { after, limit });
      seen.push(...page.filter(({ group }) => sight.maySee(queue, group)));
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
    const { engine, now } = this.#parts;
    const lag = Math.max(0, engine.head(queue).lastSeq - cursor + 1);
    const depth = unsettled + lag;
    const members = this.#members(queue, group);
    const oldest = depth === 0 ? undefined : await timeOf(floor);
    const oldestAgeMs = oldest === undefined ? null : Math.max(0, now() - oldest);
    return {
      ...{ queue, group, floor, depth, lag, oldestAgeMs, paused, stalled, deadLetters, passedOver },
      ...{ settings, members },
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

const NO_LETTERS: DeadLetterStatus = { letters: 0, bytes: 0, expired: 0 };

const deadLettersOf = (engine: Engine, queue: string): DeadLetterStatus => {
  const { letters, bytes, expired } = engine.deadLetterStatus(queue);
  return { letters, bytes, expired };
};

/** The name of a client has no slash. */
const statusOf = ({ name, unsettled, away }: Member): MemberStatus => {
  const shown = shownMember(name);
  const slash = shown.indexOf('/');
  return { client: shown.slice(0, slash), subscription: shown.slice(slash + 1), unsettled, away };
};
