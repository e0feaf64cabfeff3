import type { GroupSettings, Reset } from '@typed-queue/contracts';
import type { Head } from '../engine.js';
import { afterRestart } from '../group/delivery.js';
import type { GroupPolicy } from '../group/group-policy.js';
import { Group } from '../group/group.js';
import { redrive } from './redrives.js';
import type { GroupTerms, OutcomeRecord, StoredGroup } from './outcome-record.js';

/** A group, and the life of the log that its seqs are meant for. */
export interface OpenGroup {
  readonly epoch: string;
  readonly state: Group;
  /** Messages that were redriven and whose dead letters are still there, with the positions of those. */
  readonly redriven: Map<number, readonly number[]>;
  settings: GroupSettings;
  paused: boolean;
}

/** All groups of all queues, as the records of their outcomes make them. */
export class OpenGroups {
  readonly #policyOf: (settings: GroupSettings) => GroupPolicy;
  readonly #byQueue = new Map<string, Map<string, OpenGroup>>();
  #boot = 0;

  constructor(policyOf: (settings: GroupSettings) => GroupPolicy) {
    this.#policyOf = policyOf;
  }

  /** How often a server started on these records. */
  get boot(): number {
    return this.#boot;
  }

  get(queue: string, group: string): OpenGroup | undefined {
    return this.#byQueue.get(queue)?.get(group);
  }

  /** All groups of a queue, by their names. */
  of(queue: string): ReadonlyMap<string, OpenGroup> {
    return this.#byQueue.get(queue) ?? new Map<string, OpenGroup>();
  }

  /** Takes a record into account; returns it, to be written down. */
  apply(record: OutcomeRecord): OutcomeRecord {
    switch (record.kind) {
      case 'start':
        this.#boot = record.boot;
        break;
      case 'group':
        this.#add(record);
        break;
      case 'changes':
        this.#restore(record);
        break;
      case 'redriven':
        this.#redrive(record);
        break;
      case 'kept':
        for (const seq of record.seqs) this.get(record.queue, record.group)?.redriven.delete(seq);
        break;
      case 'terms':
        this.#change(record);
        break;
      case 'deleted':
        this.#byQueue.get(record.queue)?.delete(record.group);
        break;
      case 'snapshot':
        this.#replaceAll(record);
        break;
    }
    return record;
  }

  /** What makes the same groups, and replaces all records so far. */
  snapshot(): OutcomeRecord[] {
    const groups = [...this.#byQueue].flatMap(([queue, named]) =>
      [...named].map(([group, { epoch, state, settings, paused, redriven }]): OutcomeRecord => {
        const runs = state.runs.map((run) => ({ ...run, delivery: afterRestart(run.delivery) }));
        const of = { queue, group, epoch, floor: state.floor };
        const letters = redriven.size === 0 ? {} : { redriven: [...redriven] };
        return { kind: 'group', ...of, runs, failures: state.history.all, settings, paused, ...letters };
      }),
    );
    return [{ kind: 'snapshot', boot: this.#boot }, ...groups];
  }

  #replaceAll({ boot, groups = [] }: OutcomeRecord & { kind: 'snapshot' }): void {
    this.#boot = boot;
    this.#byQueue.clear();
    for (const group of groups) this.#add(group);
  }

  /** Makes the group that a record tells of; replaces one of the same name. */
  #add({
    queue,
    group,
    epoch,
    floor,
    runs,
    failures = [],
    settings = {},
    paused = false,
    redriven = [],
  }: StoredGroup): void {
    const state = new Group(floor, this.#policyOf(settings));
    state.history.note(failures);
    for (const run of runs) state.restore(run);
    const groups = this.#byQueue.get(queue) ?? new Map<string, OpenGroup>();
    this.#byQueue.set(
      queue,
      groups.set(group, { epoch, state, settings, paused, redriven: new Map(redriven) }),
    );
  }

  #redrive({ queue, group, letters }: OutcomeRecord & { kind: 'redriven' }): void {
    const open = this.get(queue, group);
    if (open !== undefined) redrive(open, letters);
  }

  #restore({ queue, group, runs, failures = [] }: OutcomeRecord & { kind: 'changes' }): void {
    const state = this.get(queue, group)?.state;
    if (state === undefined) return;
    state.history.note(failures);
    for (const run of runs) state.restore(run);
  }

  #change({ queue, group, settings, paused }: { queue: string; group: string } & GroupTerms): void {
    const open = this.get(queue, group);
    if (open === undefined) return;
    open.settings = settings ?? open.settings;
    open.paused = paused ?? open.paused;
    open.state.policy = this.#policyOf(open.settings);
  }
}

/**
 * Whether a group's seqs are meant for another log than the present one: it has another life, or it is an older
 * copy, which does not reach as far as the group has come.
 */
export const resetOf = ({ epoch, state }: OpenGroup, head: Head): Reset | undefined => {
  if (epoch === head.epoch && state.cursor <= head.lastSeq + 1) return undefined;
  return { reason: 'reset', from: state.floor, epoch: head.epoch };
};
