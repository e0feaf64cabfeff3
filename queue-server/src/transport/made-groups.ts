import { QueueError } from '@typed-queue/contracts';

export interface MadeGroupsParts {
  /** How many a connection may have made that are still there. */
  readonly limit: number;
  readonly exists: (queue: string, group: string) => boolean;
}

interface Named {
  readonly queue: string;
  readonly group: string;
}

/** The groups that one connection has made. */
export class MadeGroups {
  readonly #parts: MadeGroupsParts;
  readonly #made = new Set<Named>();
  #making = 0;

  constructor(parts: MadeGroupsParts) {
    this.#parts = parts;
  }

  /** Joins a group, which counts when it is new. @throws QueueError `group_limit` */
  async join<T>({ queue, group }: Named, join: () => Promise<T>): Promise<T> {
    if (this.#parts.exists(queue, group)) return join();
    this.#checkLimit({ queue, group });
    this.#making++;
    try {
      const joined = await join();
      this.#made.add({ queue, group });
      return joined;
    } finally {
      this.#making--;
    }
  }

  #checkLimit({ queue, group }: Named): void {
    const { limit, exists } = this.#parts;
    if (this.#made.size + this.#making < limit) return;
    for (const made of this.#made) if (!exists(made.queue, made.group)) this.#made.delete(made);
    if (this.#made.size + this.#making < limit) return;
    throw new QueueError(
      'group_limit',
      `This connection has made ${limit} groups, so "${group}" of "${queue}" cannot be made. Delete groups that nobody needs, or raise MAX_GROUPS_PER_CONNECTION of the server.`,
      { details: { queue, group, limit, scope: 'connection' } },
    );
  }
}
