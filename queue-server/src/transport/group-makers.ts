import { QueueError } from '@typed-queue/contracts';
import { MadeGroups, type Named } from './made-groups.js';

export interface GroupMakersParts {
  /** How many groups a queue may have. */
  readonly maxGroups: number;
  readonly exists: (queue: string, group: string) => boolean;
}

/** Of the groups that a queue may have, one principal may make a quarter. */
const SHARE = 1 / 4;
/** Beyond it, principals none of whose groups is there are forgotten. */
const MAX_MAKERS = 1_000;

/** The groups that each principal has made in each queue since the server started, on all its connections. */
export class GroupMakers {
  readonly #limit: number;
  readonly #exists: GroupMakersParts['exists'];
  /** By queue and principal; no name of a queue has a slash. */
  readonly #makers = new Map<string, MadeGroups>();

  constructor({ maxGroups, exists }: GroupMakersParts) {
    this.#limit = Math.max(1, Math.floor(maxGroups * SHARE));
    this.#exists = exists;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#makers.size;
  }

  /** Joins a group, which counts for the principal when it is new. @throws QueueError `group_limit` */
  join<T>(principal: string, named: Named, join: () => Promise<T>): Promise<T> {
    if (this.#exists(named.queue, named.group)) return join();
    return this.#madeBy(`${named.queue}/${principal}`).join(named, join);
  }

  #madeBy(maker: string): MadeGroups {
    if (this.#makers.size >= MAX_MAKERS) this.#sweep();
    const known = this.#makers.get(maker);
    const made = known ?? new MadeGroups({ limit: this.#limit, exists: this.#exists, refusal });
    this.#makers.set(maker, made);
    return made;
  }

  #sweep(): void {
    for (const [maker, made] of this.#makers) if (made.isEmpty) this.#makers.delete(maker);
  }
}

const refusal = ({ queue, group }: Named, limit: number): QueueError =>
  new QueueError(
    'group_limit',
    `You have made ${limit} groups of "${queue}", a quarter of MAX_GROUPS_PER_QUEUE of the server, so "${group}" cannot be made. Delete groups that nobody needs, or give temporary ones expireAfterMs.`,
    { details: { queue, group, limit, scope: 'principal' } },
  );
