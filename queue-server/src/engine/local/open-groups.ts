import type { DeadLetter, GroupSettings, PassedOver, Reset } from '@typed-queue/contracts';
import type { Head } from '../engine.js';
import { afterRestart } from '../group/delivery.js';
import type { GroupPolicy } from '../group/group-policy.js';
import { Group } from '../group/group.js';
import type { GroupTerms, OutcomeRecord, StoredGroup } from './outcome-record.js';

/** A group, and the life of the log that its seqs are meant for. */
export interface OpenGroup {
  readonly epoch: string;
  /** Made with the group: one that was deleted and made again has another. */
  readonly life: string;
  readonly state: Group;
  /** Messages that were redriven and whose dead letters are still there, with the positions of those. */
  readonly redriven: Map<number, readonly number[]>;
  settings: GroupSettings;
  paused: boolean;
  /** The events that at least one member knew when the last one joined. Undefined: nobody joined. */
  knows: GroupTerms['knows'];
  /** What no member knew, by event. */
  readonly passedOver: Map<string, PassedOver>;
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
      [...named].map(([group, open]): OutcomeRecord => {
        const { epoch, life, state, settings, paused, knows, passedOver, redriven } = open;
        const runs = state.runs.map((run) => ({ ...run, delivery: afterRestart(run.delivery) }));
        const of = { queue, group, epoch, life, floor: state.floor };
        const terms = { settings, paused, ...(knows && { knows }), passedOver: [...passedOver.values()] };
        const letters = redriven.size === 0 ? {} : { redriven: [...redriven] };
        return { kind: 'group', ...of, runs, failures: state.history.all, ...terms, ...letters };
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
  #add({ queue, group, epoch, floor, runs, knows, ...stored }: StoredGroup): void {
    const { settings = {}, paused = false, life = epoch } = stored;
    const state = new Group(floor, this.#policyOf(settings));
    state.history.note(stored.failures ?? []);
    for (const run of runs) state.restore(run);
    const passedOver = new Map((stored.passedOver ?? []).map((each) => [each.event, each]));
    const redriven = new Map(stored.redriven);
    const groups = this.#byQueue.get(queue) ?? new Map<string, OpenGroup>();
    groups.set(group, { epoch, life, state, settings, paused, knows, passedOver, redriven });
    this.#byQueue.set(queue, groups);
  }

  #redrive({ queue, group, letters }: OutcomeRecord & { kind: 'redriven' }): void {
    const open = this.get(queue, group);
    if (open !== undefined) redrive(open, letters);
  }

  #restore(record: OutcomeRecord & { kind: 'changes' }): void {
    const { queue, group, runs, failures = [], passedOver = [] } = record;
    const open = this.get(queue, group);
    if (open === undefined) return;
    const { state } = open;
    for (const passed of passedOver) open.passedOver.set(passed.event, passed);
    state.history.note(failures);
    for (const run of runs) state.restore(run);
  }

  #change({ queue, group, settings, paused, knows }: { queue: string; group: string } & GroupTerms): void {
    const open = this.get(queue, group);
    if (open === undefined) return;
    open.settings = settings ?? open.settings;
    open.paused = paused ?? open.paused;
    open.knows = knows ?? open.knows;
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

/** Makes letters pending messages of a group. */
export const redrive = (
  { state, redriven }: OpenGroup,
  letters: readonly Pick<DeadLetter, 'seq' | 'position' | 'failures'>[],
): void => {
  for (const { seq, position, failures } of letters) {
    state.redrive(seq, failures);
    redriven.set(seq, [...(redriven.get(seq) ?? []), position]);
  }
};
