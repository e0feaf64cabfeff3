import {
  QueueError,
  type DeadLetterPage,
  type AnyMessage,
  type DeadLetterQuery,
  type DeadLetterStatus,
  type DeadLetterSummary,
  type GroupStatus,
  type MemberStatus,
  type MessageQuery,
  type MessageReport,
  type Purged,
  type QueueStatus,
  type RefusedLetter,
  type SeqAt,
  type Start,
} from '@typed-queue/contracts';
import type {
  DeadLetterRequest,
  Discarded,
  GroupQuery,
  Redriven,
  RedriveRequest,
} from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';
import { memberNames } from '../engine/group/member-id.js';
import { depthOf, type GroupInfo } from '../engine/group-info.js';
import { countedAfter } from './counted-letters.js';
import { deadLetterSummary } from './dead-letter-summary.js';
import type { GroupDelivery } from './group-delivery.js';
import type { Member } from './member.js';
import { inGroup, lettersOf, readMessage } from './message-report.js';
import { agesOf } from './message-time.js';
import type { Tails } from './tailing/tails.js';

export interface AdministrationDeps {
  readonly engine: Engine;
  readonly delivery: Pick<GroupDelivery, 'members' | 'deleteGroup'>;
  readonly tails: Pick<Tails, 'count'>;
  /** What is wrong with a stored message by the present contract; undefined: nothing. */
  readonly validate: (queue: string, message: AnyMessage) => QueueError | undefined;
  /** Throws what a publisher of the payload would be refused with. */
  readonly checkPayload: (queue: string, event: string, payload: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Asks to redrive one letter with another payload. */
export interface EditedRedrive {
  readonly position: number;
  readonly payload: unknown;
  readonly dryRun: boolean;
}

/** Which queues and groups a client may see. */
export interface Visibility {
  readonly queues: readonly string[];
  mayAdminister(queue: string): boolean;
  maySee(queue: string, group: string): boolean;
}

const MAX_GROUPS_LISTED = 1_000;
const MAX_MESSAGE_GROUPS = 100;

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
    const ageAt = agesOf(this.#deps.engine.queue(queue), this.#deps.now());
    const statuses: GroupStatus[] = [];
    // One after the other: each may read a frame.
    for (const group of groups) statuses.push(await this.#status(queue, group, ageAt));
    return statuses;
  }

  /** A message, and what the visible groups made of it. */
  async message(
    queue: string,
    seq: number,
    { query, visibility }: { readonly query: MessageQuery; readonly visibility: Visibility },
  ): Promise<MessageReport> {
    const { engine, delivery } = this.#deps;
    const stored = engine.queue(queue);
    const { epoch, lastSeq } = stored.head();
    if (seq > lastSeq) return { epoch, seq, message: null, groups: [], next: null };
    const message = await readMessage(stored, queue, seq);
    const letters = await lettersOf(stored, seq);
    const { after, limit = MAX_MESSAGE_GROUPS } = query;
    const infos = this.#infos(queue, { after, limit: limit + 1 }, visibility);
    const groups = infos.slice(0, limit).map((info) => {
      const { group } = info;
      const known = { message, letter: letters.get(group), members: delivery.members(queue, group) };
      return inGroup(info, engine.group(queue, group).message(seq), known);
    });
    return {
      epoch,
      seq,
      message,
      groups,
      next: infos.length > limit ? (groups.at(-1)?.group ?? null) : null,
    };
  }

  /** The seq that a start means now. */
  async seqAt(queue: string, start: Start): Promise<SeqAt> {
    const stored = this.#deps.engine.queue(queue);
    const seq = await stored.seqAt(start);
    const { epoch, lastSeq } = stored.head();
    return { epoch, seq, messages: Math.max(0, lastSeq - seq + 1) };
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
  async redrive(
    queue: string,
    { dryRun = false, counted = [], ...query }: Omit<RedriveRequest, 'payload'>,
  ): Promise<Redriven> {
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
    const before = new Map(counted);
    const done = await deadLetters.redrive(fit, { dryRun, ...(before.size > 0 && { counted: before }) });
    const isCounted = dryRun && page.next !== null;
    return {
      redriven: done.redriven,
      refused: [...refused, ...done.refused],
      next: page.next,
      through,
      ...(isCounted && { counted: countedAfter(before, fit, done.refused) }),
    };
  }

  /** Counts the dead letters of a queue by what they have in common. */
  deadLetterSummary(queue: string): Promise<DeadLetterSummary> {
    return deadLetterSummary(this.#deps.engine.queue(queue).deadLetters);
  }

  /**
   * Redrives one letter with another payload, which is stored first. A letter that is not listed is not redriven.
   * @throws QueueError what the payload would be refused with if it was published
   */
  async redriveEdited(queue: string, { position, payload, dryRun }: EditedRedrive): Promise<Redriven> {
    const { engine, checkPayload } = this.#deps;
    const { deadLetters } = engine.queue(queue);
    const [letter] = (await deadLetters.list({ positions: [position] })).letters;
    const none = { redriven: 0, refused: [], next: null, through: position };
    if (letter === undefined) return none;
    if (letter.message !== null) checkPayload(queue, letter.message.event, payload);
    const tried = await deadLetters.redrive([letter], { dryRun: true });
    if (dryRun || tried.refused.length > 0) return { ...none, ...tried };
    const edited = await deadLetters.edit(position, payload);
    return edited === undefined ? none : { ...none, ...(await deadLetters.redrive([edited])) };
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
    ageAt: (seq: number) => Promise<number | undefined>,
  ): Promise<GroupStatus> {
    const { group, floor, paused, stalled, deadLetters, passedOver, settings } = info;
    const { engine, delivery } = this.#deps;
    const { depth, lag } = depthOf(info, engine.queue(queue).head());
    const members = delivery.members(queue, group).map(statusOf);
    const oldestAgeMs = depth === 0 ? null : ((await ageAt(floor)) ?? null);
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

const statusOf = ({ name, unsettled, away, window, oldestHeldMs, silentMs }: Member): MemberStatus => ({
  ...memberNames(name),
  unsettled,
  away,
  window: { messages: window.messages, bytes: window.bytes },
  oldestHeldMs: rounded(oldestHeldMs),
  silentMs: rounded(silentMs),
});

const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));
