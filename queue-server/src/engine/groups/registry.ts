import type { DeadLetter, GroupSettings, PassedOver, Range, Reset } from '@typed-queue/contracts';
import type { Head } from '../engine.js';
import type { GroupPolicy } from '../group/group-policy.js';
import { Group } from '../group/group.js';
import type { GroupTerms, GroupRecord, StoredGroup } from './group-records.js';
import type { GroupRuntime } from './runtime.js';
import { restoredRun, storedRun, type Clocks } from './stored-run.js';

/** A group, and the life of the log that its seqs are meant for. */
export interface GroupEntry {
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
  /** Reported to its members as a gap: see `StoredGroup`. */
  readonly unknown: Range | undefined;
  /** Undefined until the group is used. */
  runtime: GroupRuntime | undefined;
}

/** All groups of all queues, as the records of their outcomes make them. */
export class GroupRegistry {
  readonly #policyOf: (settings: GroupSettings) => GroupPolicy;
  readonly #clocks: Clocks;
  readonly #byQueue = new Map<string, Map<string, GroupEntry>>();
  /** By queue, the newest seq at the time of a damage that may have taken groups. */
  readonly #lost = new Map<string, number>();
  #boot = 0;

  constructor(policyOf: (settings: GroupSettings) => GroupPolicy, clocks: Clocks) {
    this.#policyOf = policyOf;
    this.#clocks = clocks;
  }

  /** How often a server started on these records. */
  get boot(): number {
    return this.#boot;
  }

  get(queue: string, group: string): GroupEntry | undefined {
    return this.#byQueue.get(queue)?.get(group);
  }

  /** All groups of a queue, by their names. */
  of(queue: string): ReadonlyMap<string, GroupEntry> {
    return this.#byQueue.get(queue) ?? new Map<string, GroupEntry>();
  }

  /** What a group that was taken by damage may have had of a log, as far as a new one begins behind it. */
  unknownBefore(queue: string, floor: number, { firstSeq }: Head): Range | undefined {
    const to = Math.min(floor - 1, this.#lost.get(queue) ?? 0);
    return to < firstSeq ? undefined : [firstSeq, to];
  }

  /**
   * Records that take groups of a log back to its end. They stood behind it when its folder was copied, or brought
   * back from a copy, that is older than theirs: the seqs behind its end will be those of other messages.
   */
  takenBack(queue: string, { epoch, lastSeq }: Head): readonly (GroupRecord & { kind: 'group' })[] {
    return [...this.of(queue)]
      .filter(([, open]) => open.epoch === epoch && open.state.cursor > lastSeq + 1)
      .map(([group, open]) => {
        const stored = this.#stored(queue, group, open);
        const runs = stored.runs
          .filter(({ from }) => from <= lastSeq)
          .map((run) => ({ ...run, to: Math.min(run.to, lastSeq) }));
        return { kind: 'group', ...stored, runs, floor: Math.min(stored.floor, lastSeq + 1) };
      });
  }

  /** Nothing happens by itself any more. */
  stop(): void {
    for (const groups of this.#byQueue.values()) {
      for (const { runtime } of groups.values()) runtime?.stop({ revoke: false });
    }
  }

  /** Takes a record into account; returns it, to be written down. */
  apply(record: GroupRecord): GroupRecord {
    this.#take(record);
    return record;
  }

  /** What makes the same groups, and replaces all records so far. */
  snapshot(): GroupRecord[] {
    const groups = [...this.#byQueue].flatMap(([queue, named]) =>
      [...named].map(([group, open]): GroupRecord => ({
        kind: 'group',
        ...this.#stored(queue, group, open),
      })),
    );
    const lost: GroupRecord[] = this.#lost.size === 0 ? [] : [{ kind: 'lost', heads: [...this.#lost] }];
    return [{ kind: 'snapshot', boot: this.#boot }, ...lost, ...groups];
  }

  #take(record: GroupRecord): void {
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
        this.#keep(record);
        break;
      case 'terms':
        this.#change(record);
        break;
      case 'deleted':
        this.#byQueue.get(record.queue)?.delete(record.group);
        break;
      case 'lost':
        this.#lose(record);
        break;
      case 'snapshot':
        this.#replaceAll(record);
    }
  }

  #replaceAll({ boot, groups = [] }: GroupRecord & { kind: 'snapshot' }): void {
    this.#boot = boot;
    this.#byQueue.clear();
    this.#lost.clear();
    for (const group of groups) this.#add(group);
  }

  /** Makes the group that a record tells of; replaces one of the same name. */
  #add({ queue, group, epoch, floor, runs, knows, unknown, ...stored }: StoredGroup): void {
    const { settings = {}, paused = false, life = epoch } = stored;
    const state = new Group(floor, this.#policyOf(settings));
    state.history.note(stored.failures ?? []);
    for (const run of runs) state.restore(restoredRun(run, this.#clocks));
    const passedOver = new Map((stored.passedOver ?? []).map((each) => [each.event, each]));
    const redriven = new Map(stored.redriven);
    const groups = this.#byQueue.get(queue) ?? new Map<string, GroupEntry>();
    groups.set(group, {
      epoch,
      life,
      state,
      settings,
      paused,
      knows,
      passedOver,
      redriven,
      unknown,
      runtime: undefined,
    });
    this.#byQueue.set(queue, groups);
  }

  #redrive({ queue, group, letters }: GroupRecord & { kind: 'redriven' }): void {
    const open = this.get(queue, group);
    if (open !== undefined) redrive(open, letters);
  }

  #keep({ queue, group, seqs }: GroupRecord & { kind: 'kept' }): void {
    const open = this.get(queue, group);
    for (const seq of seqs) open?.redriven.delete(seq);
  }

  #lose({ heads }: GroupRecord & { kind: 'lost' }): void {
    for (const [queue, lastSeq] of heads) this.#lost.set(queue, lastSeq);
  }

  #restore(record: GroupRecord & { kind: 'changes' }): void {
    const { queue, group, runs, failures = [], passedOver = [] } = record;
    const open = this.get(queue, group);
    if (open === undefined) return;
    const { state } = open;
    for (const passed of passedOver) open.passedOver.set(passed.event, passed);
    state.history.note(failures);
    for (const run of runs) state.restore(restoredRun(run, this.#clocks));
  }

  #stored(queue: string, group: string, open: GroupEntry): StoredGroup {
    const { epoch, life, state, settings, paused, knows, passedOver, redriven, unknown } = open;
    const runs = state.runs.map((run) => storedRun(run, this.#clocks));
    const of = { queue, group, epoch, life, floor: state.floor };
    const terms = { settings, paused, ...(knows && { knows }), passedOver: [...passedOver.values()] };
    const letters = redriven.size === 0 ? {} : { redriven: [...redriven] };
    return { ...of, runs, failures: state.history.all, ...terms, ...letters, ...(unknown && { unknown }) };
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

/** Whether a group's seqs are meant for another life of the log than the present one. */
export const resetOf = ({ epoch, state }: GroupEntry, head: Head): Reset | undefined =>
  epoch === head.epoch ? undefined : { reason: 'reset', from: state.floor, epoch: head.epoch };

/** Makes letters pending messages of a group. */
export const redrive = (
  { state, redriven }: GroupEntry,
  letters: readonly Pick<DeadLetter, 'seq' | 'position' | 'failures'>[],
): void => {
  for (const { seq, position, failures } of letters) {
    state.redrive(seq, failures);
    redriven.set(seq, [...(redriven.get(seq) ?? []), position]);
  }
};
