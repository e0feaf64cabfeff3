import { Group, type GroupPolicy } from '../group/group.js';
import type { OutcomeRecord, StoredGroup } from './outcome-record.js';

/** A group, and the life of the log that its seqs are meant for. */
export interface OpenGroup {
  readonly epoch: string;
  readonly state: Group;
}

/** All groups of all queues, as the journal of outcomes makes them. */
export class OpenGroups {
  readonly #policy: GroupPolicy;
  readonly #byQueue = new Map<string, Map<string, OpenGroup>>();
  #boot = 0;

  constructor(policy: GroupPolicy) {
    this.#policy = policy;
  }

  /** How often a server started on this journal. */
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

/** Leases end with the server that gave them: what is held now is ready after a restart, uncounted. */
const unleased = (run: StoredGroup['runs'][number]): StoredGroup['runs'][number] => {
  if (run.delivery.kind !== 'leased') return run;
  const { failures, handouts } = run.delivery;
  return { ...run, delivery: { kind: 'ready', failures, handouts } };
};
