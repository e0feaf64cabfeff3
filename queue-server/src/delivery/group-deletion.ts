import { QueueError } from '@typed-queue/contracts';
import { queueOfCallLog } from '@typed-queue/contracts/wire';
import type { GroupHandle } from '../engine/engine.js';
import { shownMember } from '../engine/group/member-id.js';

export interface GroupDeletionDeps {
  readonly engine: { group(queue: string, group: string): Pick<GroupHandle, 'delete'> };
  /** The `memberId` of everyone who is in a group, or is away and may come back. */
  readonly members: (queue: string, group: string) => readonly string[];
}

/** Joins and deletions of a group exclude each other: a join waits for a deletion, a deletion is refused during a join. */
export class GroupDeletion {
  readonly #deps: GroupDeletionDeps;
  /** How many are joining, by queue and group. */
  readonly #joining = new Map<string, number>();
  readonly #deleting = new Map<string, Promise<void>>();

  constructor(deps: GroupDeletionDeps) {
    this.#deps = deps;
  }

  /** Runs a join while the group is not being deleted. */
  async duringJoin<T>(queue: string, group: string, join: () => Promise<T>): Promise<T> {
    const name = `${queue}/${group}`;
    for (let deletion = this.#deleting.get(name); deletion !== undefined;) {
      await deletion;
      deletion = this.#deleting.get(name);
    }
    this.#joining.set(name, (this.#joining.get(name) ?? 0) + 1);
    try {
      return await join();
    } finally {
      const others = (this.#joining.get(name) ?? 1) - 1;
      if (others > 0) this.#joining.set(name, others);
      else this.#joining.delete(name);
    }
  }

  /** @throws QueueError `group_in_use`, and whatever the engine refuses with */
  async delete(queue: string, group: string): Promise<void> {
    const name = `${queue}/${group}`;
    this.#checkUnused(queue, group);
    const deletion = this.#deps.engine.group(queue, group).delete();
    const over = deletion.catch(() => undefined).finally(() => this.#deleting.delete(name));
    this.#deleting.set(name, over);
    await deletion;
  }

  #checkUnused(queue: string, group: string): void {
    const members = this.#deps.members(queue, group).map(shownMember);
    const joining = this.#joining.get(`${queue}/${group}`) ?? 0;
    if (members.length + joining === 0) return;
    const who = joining === 0 ? '' : `, and ${joining} joining`;
    const why =
      queueOfCallLog(queue) === undefined
        ? `has ${members.length} members${who}. Stop them, then delete it.`
        : `hands out the durable calls "${group}". Take them out of the contract, then delete it.`;
    throw new QueueError('group_in_use', `Group "${group}" of "${queue}" ${why}`, { details: { members } });
  }
}
