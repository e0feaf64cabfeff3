import { QueueError } from '@typed-queue/contracts';

export interface MadeGroupsParts {
  /** How many there may be that are still there. */
  readonly limit: number;
  readonly exists: (queue: string, group: string) => boolean;
  /** What to say when there are as many. */
  readonly refusal: (group: Named, limit: number) => QueueError;
}

export interface Named {
  readonly queue: string;
  readonly group: string;
}

/** The groups that one connection, or one principal, has made. */
export class MadeGroups {
  readonly #parts: MadeGroupsParts;
  readonly #made = new Set<Named>();
  #making = 0;

  constructor(parts: MadeGroupsParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#count() === 0;
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
    const { limit, refusal } = this.#parts;
    if (this.#made.size + this.#making < limit || this.#count() < limit) return;
    throw refusal({ queue, group }, limit);
  }

  /** Those that are there no longer are forgotten. */
  #count(): number {
    const { exists } = this.#parts;
    for (const made of this.#made) if (!exists(made.queue, made.group)) this.#made.delete(made);
    return this.#made.size + this.#making;
  }
}

export const madeByConnection = ({ queue, group }: Named, limit: number): QueueError =>
  new QueueError(
    'group_limit',
    `This connection has made ${limit} groups, so "${group}" of "${queue}" cannot be made. Delete groups that nobody needs, or raise MAX_GROUPS_PER_CONNECTION of the server.`,
    { details: { queue, group, limit, scope: 'connection' } },
  );
