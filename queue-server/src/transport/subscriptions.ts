import { QueueError } from '@typed-queue/contracts';

/** The subscriptions of one connection, by the names that its client gave them. */
export class Subscriptions<T> {
  /** Undefined while one is being opened. */
  readonly #all = new Map<string, T | undefined>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Opens a subscription; its name is reserved at once.
   * @throws QueueError `subscription_exists`, `subscription_limit`
   */
  async open<S extends T>(name: string, opening: () => Promise<S>): Promise<S> {
    this.#reserve(name);
    try {
      const subscription = await opening();
      this.#all.set(name, subscription);
      return subscription;
    } catch (error) {
      this.#all.delete(name);
      throw error;
    }
  }

  /** @throws QueueError `subscription_unknown` */
  get(name: string): T {
    const subscription = this.#all.get(name);
    if (subscription !== undefined) return subscription;
    throw new QueueError('subscription_unknown', `This connection has no subscription "${name}".`);
  }

  /** @throws QueueError `subscription_unknown` */
  remove(name: string): T {
    const subscription = this.get(name);
    this.#all.delete(name);
    return subscription;
  }

  /** The open subscriptions. */
  all(): readonly T[] {
    return [...this.#all.values()].filter((subscription) => subscription !== undefined);
  }

  /** Removes the open subscriptions that meet a condition. */
  removeAll(condition: (subscription: T) => boolean): readonly T[] {
    const removed: T[] = [];
    for (const [name, subscription] of this.#all) {
      if (subscription === undefined || !condition(subscription)) continue;
      this.#all.delete(name);
      removed.push(subscription);
    }
    return removed;
  }

  /** Removes all. */
  clear(): readonly T[] {
    const all = this.all();
    this.#all.clear();
    return all;
  }

  #reserve(name: string): void {
    if (this.#all.has(name)) {
      throw new QueueError('subscription_exists', `This connection already has a subscription "${name}".`);
    }
    if (this.#all.size >= this.#limit) {
      throw new QueueError(
        'subscription_limit',
        `This connection has ${this.#limit} subscriptions, so "${name}" cannot be opened. End some, use another connection, or raise MAX_SUBSCRIPTIONS_PER_CONNECTION of the server.`,
        { details: { limit: this.#limit } },
      );
    }
    this.#all.set(name, undefined);
  }
}
