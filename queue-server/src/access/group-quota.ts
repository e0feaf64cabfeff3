import { QueueError } from '@typed-queue/contracts';

export interface GroupName {
  readonly queue: string;
  readonly group: string;
}

type Exists = (queue: string, group: string) => boolean;

export interface GroupQuotaDeps {
  /** How many of the groups that were created here may exist at the same time. */
  readonly limit: number;
  readonly exists: Exists;
  /** The error at the limit. */
  readonly refusal: (group: GroupName, limit: number) => QueueError;
}

/** The groups that one connection, or one principal, has created. */
export class GroupQuota {
  readonly #deps: GroupQuotaDeps;
  /** By queue and group; no name of a queue has a slash. */
  readonly #created = new Map<string, GroupName>();
  /** Joins in progress that create a group. */
  #creating = 0;

  constructor(deps: GroupQuotaDeps) {
    this.#deps = deps;
  }

  get isUnused(): boolean {
    return this.#count() === 0;
  }

  /** Joins a group, which counts when it is new. @throws QueueError `group_limit` */
  async join<T>({ queue, group }: GroupName, join: () => Promise<T>): Promise<T> {
    if (this.#deps.exists(queue, group)) return join();
    this.#checkLimit({ queue, group });
    this.#creating++;
    try {
      const joined = await join();
      this.#created.set(`${queue}/${group}`, { queue, group });
      return joined;
    } finally {
      this.#creating--;
    }
  }

  #checkLimit({ queue, group }: GroupName): void {
    const { limit, refusal } = this.#deps;
    if (this.#created.size + this.#creating < limit || this.#count() < limit) return;
    throw refusal({ queue, group }, limit);
  }

  /** Forgets groups that were deleted. */
  #count(): number {
    const { exists } = this.#deps;
    for (const [key, { queue, group }] of this.#created) {
      if (!exists(queue, group)) this.#created.delete(key);
    }
    return this.#created.size + this.#creating;
  }
}

/** What one connection may create, in all queues. */
export const connectionGroupQuota = (limit: number, exists: Exists): GroupQuota =>
  new GroupQuota({
    limit,
    exists,
    refusal: ({ queue, group }) =>
      new QueueError(
        'group_limit',
        `This connection has made ${limit} groups, so "${group}" of "${queue}" cannot be made. Delete groups that nobody needs, or raise MAX_GROUPS_PER_CONNECTION of the server.`,
        { details: { queue, group, limit, scope: 'connection' } },
      ),
  });

/** Of the groups that a queue may have, one principal may create a quarter. */
const PRINCIPAL_SHARE = 1 / 4;
/** Beyond it, quotas of which nothing is used are forgotten. */
const MAX_QUOTAS = 1_000;

/** What each principal may create in each queue, on all its connections since the server started. */
export class PrincipalGroupQuotas {
  readonly #limit: number;
  readonly #exists: Exists;
  /** By queue and principal; no name of a queue has a slash. */
  readonly #quotas = new Map<string, GroupQuota>();

  /** `maxGroups`: how many groups a queue may have. */
  constructor(maxGroups: number, exists: Exists) {
    this.#limit = Math.max(1, Math.floor(maxGroups * PRINCIPAL_SHARE));
    this.#exists = exists;
  }

  /** How many quotas are kept. */
  get size(): number {
    return this.#quotas.size;
  }

  /** Joins a group, which counts for the principal when it is new. @throws QueueError `group_limit` */
  join<T>(principal: string, name: GroupName, join: () => Promise<T>): Promise<T> {
    if (this.#exists(name.queue, name.group)) return join();
    return this.#quotaOf(`${name.queue}/${principal}`).join(name, join);
  }

  #quotaOf(key: string): GroupQuota {
    if (this.#quotas.size >= MAX_QUOTAS) this.#sweep();
    const quota =
      this.#quotas.get(key) ?? new GroupQuota({ limit: this.#limit, exists: this.#exists, refusal });
    this.#quotas.set(key, quota);
    return quota;
  }

  #sweep(): void {
    for (const [key, quota] of this.#quotas) if (quota.isUnused) this.#quotas.delete(key);
  }
}

const refusal = ({ queue, group }: GroupName, limit: number): QueueError =>
  new QueueError(
    'group_limit',
    `You have made ${limit} groups of "${queue}", a quarter of MAX_GROUPS_PER_QUEUE of the server, so "${group}" cannot be made. Delete groups that nobody needs, or give temporary ones expireAfterMs.`,
    { details: { queue, group, limit, scope: 'principal' } },
  );
