import type { GroupSettings, Range } from '@typed-queue/contracts';
import { Group } from '../group/group.js';
import type { GroupPolicy } from '../group/policy.js';
import type { Head } from '../log/log.js';
import { redrive, type GroupEntry } from './group-entry.js';
import {
  restoredLease,
  restoredRun,
  storedLease,
  storedRun,
  type GroupRecord,
  type StoredGroup,
  type StoredLease,
  type StoringRules,
} from './group-records.js';

type RecordOf<K extends GroupRecord['kind']> = GroupRecord & { readonly kind: K };

/** All groups of all queues, as their records make them. */
export class GroupRegistry {
  readonly #policyOf: (settings: GroupSettings) => GroupPolicy;
  readonly #rules: StoringRules;
  readonly #byQueue = new Map<string, Map<string, GroupEntry>>();
  /** By queue, the newest seq at the time of a damage that may have removed groups. */
  readonly #lost = new Map<string, number>();
  #boot = 0;

  constructor(policyOf: (settings: GroupSettings) => GroupPolicy, rules: StoringRules) {
    this.#policyOf = policyOf;
    this.#rules = rules;
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

  /** What a group that damage removed may have had of a log, as far as it is before the floor of a new one. */
  unknownBefore(queue: string, floor: number, { firstSeq }: Head): Range | undefined {
    const to = Math.min(floor - 1, this.#lost.get(queue) ?? 0);
    return to < firstSeq ? undefined : [firstSeq, to];
  }

  /**
   * Records that move groups back to the end of their log. They were past it because its folder is a copy that is older
   * than theirs: the seqs past its end will be those of other messages.
   */
  groupsBeyondLog(queue: string, { epoch, lastSeq }: Head): readonly RecordOf<'group'>[] {
    return [...this.of(queue)]
      .filter(([, entry]) => entry.epoch === epoch && entry.state.cursor > lastSeq + 1)
      .map(([group, entry]) => {
        const stored = this.#stored(queue, group, entry);
        const runs = stored.runs
          .filter(({ from }) => from <= lastSeq)
          .map((run) => ({ ...run, to: Math.min(run.to, lastSeq) }));
        return { kind: 'group', ...stored, runs, floor: Math.min(stored.floor, lastSeq + 1) };
      });
  }

  /** Applies a record; returns it, to be stored. */
  apply(record: GroupRecord): GroupRecord {
    switch (record.kind) {
      case 'start':
        this.#boot = record.boot;
        break;
      case 'group':
        this.#add(record);
        break;
      case 'deleted':
        this.#byQueue.get(record.queue)?.delete(record.group);
        break;
      case 'lost':
        for (const [queue, lastSeq] of record.heads) this.#lost.set(queue, lastSeq);
        break;
      case 'snapshot':
        this.#replaceAll(record);
        break;
      case 'changes':
      case 'redriven':
      case 'kept':
      case 'terms':
        this.#change(this.get(record.queue, record.group), record);
        break;
      default:
        record satisfies never;
    }
    return record;
  }

  /** All records are applied: leases that they made go on from now. */
  restoreLeases(): void {
    for (const groups of this.#byQueue.values()) {
      for (const { state, leaseHolders } of groups.values()) {
        state.restoreLeases(leaseHolders, this.#rules.now());
        leaseHolders.clear();
      }
    }
  }

  /** Records that make the same groups, and replace all records before. */
  snapshot(): GroupRecord[] {
    const groups = [...this.#byQueue].flatMap(([queue, named]) =>
      [...named].map(([group, entry]): GroupRecord => ({
        kind: 'group',
        ...this.#stored(queue, group, entry),
      })),
    );
    const lost: GroupRecord[] = this.#lost.size === 0 ? [] : [{ kind: 'lost', heads: [...this.#lost] }];
    return [{ kind: 'snapshot', boot: this.#boot }, ...lost, ...groups];
  }

  #replaceAll({ boot, groups = [] }: RecordOf<'snapshot'>): void {
    this.#boot = boot;
    this.#byQueue.clear();
    this.#lost.clear();
    for (const group of groups) this.#add(group);
  }

  /** Replaces one of the same name. */
  #add({ queue, group, epoch, floor, knows, unknown, ...stored }: StoredGroup): void {
    const { settings = {}, paused = false, life = epoch } = stored;
    const entry: GroupEntry = {
      epoch,
      life,
      state: new Group(floor, this.#policyOf(settings)),
      redriven: new Map(stored.redriven),
      edited: new Set(stored.edited),
      settings,
      paused,
      knows,
      passedOver: new Map(),
      unknown,
      leaseHolders: new Map(),
    };
    for (const lease of stored.leases ?? []) entry.leaseHolders.set(lease.token, restoredLease(lease));
    this.#restore(entry, stored);
    const groups = this.#byQueue.get(queue) ?? new Map<string, GroupEntry>();
    groups.set(group, entry);
    this.#byQueue.set(queue, groups);
  }

  #change(entry: GroupEntry | undefined, record: RecordOf<'changes' | 'redriven' | 'kept' | 'terms'>): void {
    if (entry === undefined) return;
    switch (record.kind) {
      case 'changes':
        if (record.lease !== undefined)
          entry.leaseHolders.set(record.lease.token, restoredLease(record.lease));
        this.#restore(entry, record);
        break;
      case 'redriven':
        redrive(entry, record.letters);
        break;
      case 'kept':
        for (const seq of record.seqs) entry.redriven.delete(seq);
        break;
      case 'terms':
        entry.settings = record.settings ?? entry.settings;
        entry.paused = record.paused ?? entry.paused;
        entry.knows = record.knows ?? entry.knows;
        entry.state.policy = this.#policyOf(entry.settings);
        break;
      default:
        record satisfies never;
    }
  }

  #restore(
    { state, passedOver }: GroupEntry,
    stored: Pick<StoredGroup, 'runs' | 'failures' | 'passedOver'>,
  ): void {
    for (const passed of stored.passedOver ?? []) passedOver.set(passed.event, passed);
    state.history.record(stored.failures ?? []);
    for (const run of stored.runs) state.restore(restoredRun(run, this.#rules));
  }

  #stored(queue: string, group: string, entry: GroupEntry): StoredGroup {
    const { epoch, life, state, settings, paused, knows, passedOver, redriven, unknown } = entry;
    const edited = [...entry.edited].filter((seq) => redriven.has(seq));
    const leases: readonly StoredLease[] = this.#rules.keepsLeases ? state.leases.map(storedLease) : [];
    return {
      queue,
      group,
      epoch,
      life,
      floor: state.floor,
      runs: state.runs.map((run) => storedRun(run, this.#rules)),
      ...(leases.length > 0 && { leases }),
      failures: state.history.all,
      settings,
      paused,
      ...(knows && { knows }),
      passedOver: [...passedOver.values()],
      ...(redriven.size > 0 && { redriven: [...redriven] }),
      ...(edited.length > 0 && { edited }),
      ...(unknown && { unknown }),
    };
  }
}
