import type { Start } from '@typed-queue/contracts';
import type { Head } from '../engine.js';
import { Group, type GroupPolicy } from '../group/group.js';
import type { OutcomeRecord, StoredGroup } from './outcome-record.js';

/** A group, and the life of the log that its seqs are meant for. */
export interface OpenGroup {
  readonly epoch: string;
  readonly state: Group;
}

/** All groups of all queues, as the records of their outcomes make them. */
export class OpenGroups {
  readonly #policy: GroupPolicy;
  readonly #byQueue = new Map<string, Map<string, OpenGroup>>();
  #boot = 0;

  constructor(policy: GroupPolicy) {
    this.#policy = policy;
  }

  /** How often a server started on these records. */
  get boot(): number {
    return this.#boot;
  }

  get(queue: string, group: string): OpenGroup | undefined {
    return this.#byQueue.get(queue)?.get(group);
  }

  /** Makes the group that a record tells of; replaces one of the same name. */
  add({ queue, group, epoch, floor, runs }: StoredGroup): OpenGroup {
    const open = { epoch, state: new Group(floor, this.#policy) };
    for (const run of runs) open.state.restore(run);
    const groups = this.#byQueue.get(queue) ?? new Map<string, OpenGroup>();
    this.#byQueue.set(queue, groups.set(group, open));
    return open;
  }

  /** The group as it stands; a new one begins where `start` says, and `made` is what to write down of it. */
  open(
    queue: string,
    group: string,
    start: Start,
    head: Head,
  ): { open: OpenGroup; made: OutcomeRecord | undefined } {
    const known = this.get(queue, group);
    if (known?.epoch === head.epoch) return { open: known, made: undefined };
    // A group of another epoch has seqs of a log that is gone: it begins anew, with everything there is.
    const floor = known === undefined ? floorOf(start, head) : head.firstSeq;
    const stored = { queue, group, epoch: head.epoch, floor, runs: [] };
    return { open: this.add(stored), made: { kind: 'group', ...stored } };
  }

  apply(record: OutcomeRecord): void {
    switch (record.kind) {
      case 'start':
        this.#boot = record.boot;
        break;
      case 'group':
        this.add(record);
        break;
      case 'changes':
        for (const run of record.runs) this.get(record.queue, record.group)?.state.restore(run);
        break;
      case 'snapshot':
        this.#boot = record.boot;
        this.#byQueue.clear();
        record.groups.forEach((group) => this.add(group));
        break;
    }
  }

  snapshot(): OutcomeRecord {
    const groups = [...this.#byQueue].flatMap(([queue, named]) =>
      [...named].map(([group, { epoch, state }]): StoredGroup => {
        return { queue, group, epoch, floor: state.floor, runs: state.runs.map(unleased) };
      }),
    );
    return { kind: 'snapshot', boot: this.#boot, groups };
  }
}

const floorOf = (start: Start, { firstSeq, lastSeq }: Head): number => {
  if (start === 'start') return firstSeq;
  return start === 'now' ? lastSeq + 1 : Math.min(Math.max(start.seq, firstSeq), lastSeq + 1);
};

/** Leases end with the server that gave them: what is held now is ready after a restart, uncounted. */
const unleased = (run: StoredGroup['runs'][number]): StoredGroup['runs'][number] => {
  if (run.delivery.kind !== 'leased') return run;
  const { failures, handouts } = run.delivery;
  return { ...run, delivery: { kind: 'ready', failures, handouts } };
};
