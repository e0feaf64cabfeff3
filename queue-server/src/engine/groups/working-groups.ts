import { newId, QueueError, type DeadLetter } from '@typed-queue/contracts';
import type { EngineEvents, Head, Redrive } from '../engine.js';
import {
  pageOf,
  sameSettings,
  type GroupInfo,
  type GroupOpening,
  type GroupPage,
  type OpenedGroup,
} from '../group-info.js';
import type { KnownEvents } from '../known-events.js';
import type { DeadLetters } from './dead-letters.js';
import type { LocalRules } from './local-options.js';
import type { Log } from '../log/log.js';
import { resetOf, type GroupEntry, type GroupRegistry } from './registry.js';
import type { GroupTerms, GroupRecord, StoredGroup } from './group-records.js';
import type { GroupRecords } from './group-records.js';
import { sortLetters } from './redrive.js';
import { RunningGroup } from './running-group.js';

export interface WorkingGroupsParts {
  readonly groups: GroupRegistry;
  readonly outcomes: GroupRecords;
  readonly deadLetters: DeadLetters;
  readonly rules: LocalRules;
  /** Above all tokens of earlier starts. */
  readonly firstToken: number;
}

interface OfGroup {
  readonly queue: string;
  readonly group: string;
  readonly log: Log;
}

/** All groups of an engine, and those of them that are at work. */
export class WorkingGroups {
  readonly #parts: WorkingGroupsParts;
  readonly #running = new Map<GroupEntry['state'], RunningGroup>();
  #events: EngineEvents | undefined;
  #nextToken: number;

  constructor(parts: WorkingGroupsParts) {
    this.#parts = parts;
    this.#nextToken = parts.firstToken;
  }

  listen(events: EngineEvents): void {
    this.#events = events;
  }

  /** The group at work. It has to be open. */
  running({ queue, group, log }: OfGroup): RunningGroup {
    const open = this.#known(queue, group);
    return this.#running.get(open.state) ?? this.#run({ queue, group, log }, open);
  }

  /** Opens a group; a new one begins at a seq. One whose seqs are meant for another log begins anew. */
  async open(of: OfGroup, startSeq: number, opening: Omit<GroupOpening, 'start'>): Promise<OpenedGroup> {
    const { queue, group, log } = of;
    const { settings } = opening;
    const knows = storedKnowledge(opening.knows);
    const head = log.head();
    const open = this.#parts.groups.get(queue, group);
    const reset = open && resetOf(open, head);
    if (open === undefined) this.#checkRoom(queue, group);
    if (open === undefined || reset !== undefined) {
      const from = reset === undefined ? this.#startOf(of, startSeq) : { floor: head.firstSeq };
      const terms = { settings: settings ?? open?.settings ?? {}, paused: open?.paused ?? false, ...knows };
      await this.#replace(of, { epoch: head.epoch, life: newId(), ...from, ...terms });
    } else if (!sameTerms(open, { settings, ...knows })) {
      await this.#write({ kind: 'terms', queue, group, ...(settings && { settings }), ...knows });
    } else {
      // What waits for a time since before a restart goes out at that time, whether a claim comes or not.
      this.running(of);
      await this.#parts.outcomes.durable();
    }
    const { state, life } = this.#known(queue, group);
    return { floor: state.floor, life, reset };
  }

  /** Where a new group begins: what damage may have taken from one of its name comes first, as a gap. */
  #startOf({ queue, log }: OfGroup, startSeq: number): Pick<StoredGroup, 'floor' | 'unknown'> {
    const unknown = this.#parts.groups.unknownBefore(queue, startSeq, log.head());
    return unknown === undefined ? { floor: startSeq } : { floor: unknown[0], unknown };
  }

  info(queue: string, group: string, head: Head): GroupInfo | undefined {
    const open = this.#parts.groups.get(queue, group);
    if (open === undefined) return undefined;
    const { state, settings, paused } = open;
    const passedOver = [...open.passedOver.values()];
    const knows = typeof open.knows === 'object' ? new Set(open.knows) : open.knows;
    const { floor, unsettled } = state;
    // One that will begin anew has everything before it.
    const anew = resetOf(open, head) !== undefined && { floor: head.firstSeq, unsettled: 0 };
    const cursor = anew ? head.firstSeq : Math.max(state.cursor, head.firstSeq);
    const stalled = this.#running.get(state)?.stalled ?? false;
    const deadLetters = this.#parts.deadLetters.count(queue, group);
    return {
      ...{ group, floor, unsettled, ...anew, cursor, paused, stalled, deadLetters },
      ...{ passedOver, knows, settings },
    };
  }

  list(queue: string, head: Head, page?: GroupPage): readonly GroupInfo[] {
    const names = [...this.#parts.groups.of(queue).keys()];
    return pageOf(names, page).flatMap((name) => this.info(queue, name, head) ?? []);
  }

  async seek(of: OfGroup, floor: number): Promise<void> {
    await this.#buryAll(of);
    const { life, settings, paused, knows } = this.#known(of.queue, of.group);
    const terms = { settings, paused, ...(knows && { knows }) };
    await this.#replace(of, { epoch: of.log.head().epoch, life, floor, ...terms });
    this.#events?.ready(of.queue, of.group);
  }

  /**
   * Hands dead letters to the group that gave them up; returns how many did, and those that cannot. With
   * `dryRun` nothing is changed. Resolves when it is durable.
   */
  async redrive(of: OfGroup, letters: readonly DeadLetter[], dryRun: boolean): Promise<Redrive> {
    const { groups, rules } = this.#parts;
    const open = groups.get(of.queue, of.group);
    const room = rules.maxUnsettled - (open?.redriven.size ?? 0);
    const { fit, refused } = sortLetters(letters, { ...of, open, room });
    const redriven = dryRun || fit.length === 0 ? fit.length : await this.running(of).redrive(fit);
    return { redriven, refused };
  }

  async pause({ queue, group }: OfGroup, paused: boolean): Promise<void> {
    this.#known(queue, group);
    await this.#write({ kind: 'terms', queue, group, paused });
    if (!paused) this.#events?.ready(queue, group);
  }

  async delete(of: OfGroup): Promise<void> {
    await this.#buryAll(of);
    const { queue, group } = of;
    const open = this.#known(queue, group);
    this.#stop(open, true);
    this.#release(queue, open);
    await this.#write({ kind: 'deleted', queue, group });
  }

  /** Nothing happens by itself any more, and nobody is told anything. */
  stop(): void {
    this.#events = undefined;
    for (const running of this.#running.values()) running.stop({ tell: false });
  }

  /** What a group gave up must not be forgotten with it. @throws QueueError `storage_failed` while it cannot be kept */
  async #buryAll(of: OfGroup): Promise<void> {
    const { queue, group } = of;
    this.#known(queue, group);
    if (await this.running(of).buried()) return;
    throw new QueueError(
      'storage_failed',
      `What group "${group}" of "${queue}" gave up cannot be stored as dead letters at the moment. Try again.`,
      { details: { queue, group } },
    );
  }

  /** Groups that are stored already are opened however many there are. */
  #checkRoom(queue: string, group: string): void {
    const { groups, rules } = this.#parts;
    if (groups.of(queue).size < rules.maxGroups) return;
    throw new QueueError(
      'group_limit',
      `Queue "${queue}" has no room for group "${group}" (MAX_GROUPS_PER_QUEUE of the server is ${rules.maxGroups}). Delete groups that nobody needs, give temporary ones expireAfterMs, or raise it.`,
      { details: { queue, group, limit: rules.maxGroups } },
    );
  }

  #known(queue: string, group: string): GroupEntry {
    const open = this.#parts.groups.get(queue, group);
    if (open !== undefined) return open;
    throw new QueueError('group_unknown', `Queue "${queue}" has no group "${group}".`, {
      details: { queue, group },
    });
  }

  /** Puts a group that knows nothing of its messages in the place of one that may be there. */
  async #replace(
    { queue, group, log }: OfGroup,
    made: Omit<GroupRecord & { kind: 'group' }, 'kind' | 'queue' | 'group' | 'runs'>,
  ): Promise<void> {
    const before = this.#parts.groups.get(queue, group);
    const written = this.#write({ kind: 'group', queue, group, runs: [], ...made });
    if (before !== undefined) {
      this.#stop(before, true);
      this.#release(queue, before);
    }
    this.running({ queue, group, log });
    await written;
  }

  /** The group forgets its messages: what was redriven and is not settled are dead letters again. */
  #release(queue: string, { redriven }: GroupEntry): void {
    for (const positions of redriven.values()) this.#parts.deadLetters.show(queue, positions);
  }

  #stop(open: GroupEntry, tell: boolean): void {
    this.#running.get(open.state)?.stop({ tell });
    this.#running.delete(open.state);
  }

  #write(record: GroupRecord): Promise<void> {
    return this.#parts.outcomes.write(this.#parts.groups.apply(record));
  }

  #run({ queue, group, log }: OfGroup, open: GroupEntry): RunningGroup {
    const { outcomes, deadLetters, rules } = this.#parts;
    const running = new RunningGroup({
      ...{ queue, group, open, log, outcomes, deadLetters, rules },
      nextToken: () => this.#nextToken++,
      events: {
        ready: (...what) => this.#events?.ready(...what),
        returned: (...what) => this.#events?.returned(...what),
        stalled: (...what) => this.#events?.stalled(...what),
        deadLettered: (...what) => this.#events?.deadLettered(...what),
        passedOver: (...what) => this.#events?.passedOver(...what),
      },
    });
    this.#running.set(open.state, running);
    return running;
  }
}

/** What is known, as it is written down: in an order that does not depend on who joined first. */
const storedKnowledge = (knows: KnownEvents | undefined): Pick<GroupTerms, 'knows'> => {
  if (knows === undefined) return {};
  return { knows: knows === 'all' ? knows : [...knows].sort() };
};

/** Whether terms change nothing; what they leave out stays as it is. */
const sameTerms = (
  open: GroupEntry,
  { settings, knows }: { settings?: GroupTerms['settings'] | undefined; knows?: GroupTerms['knows'] },
): boolean =>
  (settings === undefined || sameSettings(settings, open.settings)) &&
  (knows === undefined || JSON.stringify(knows) === JSON.stringify(open.knows));
