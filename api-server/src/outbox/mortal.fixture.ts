import type { QueueClient } from '@typed-queue/queue-client';
import type { SystemContract } from '@typed-queue/contracts';
import type { RelayQueue } from './relay-queue.js';

export interface Death {
  /** Which of the calls that it makes is its last: `publish`, `remove` … or `any`. */
  readonly call: string;
  /** The how manieth of them, from 1 on. */
  readonly number: number;
  /** Whether that call still had its effect. */
  readonly when: 'before' | 'after';
}

/** A process that is killed at one of its calls: whatever it does from then on has no effect. */
export class Mortal {
  readonly died: Promise<void>;
  #die: () => void = () => undefined;
  #dead = false;
  #count = 0;
  readonly #death: Death | undefined;
  readonly #clients: RelayQueue[] = [];
  /** How often it published what the queue had already. */
  duplicates = 0;

  constructor(death?: Death) {
    this.#death = death;
    this.died = new Promise((resolve) => (this.#die = resolve));
  }

  /** Its clients send nothing more from this moment on. */
  kill(): void {
    this.#dead = true;
    for (const client of this.#clients) void client.close({ timeoutMs: 0 });
    this.#die();
  }

  /** What it uses, of which every call may be its last. */
  owns<T extends object>(used: T): T {
    return new Proxy(used, {
      get: (target, name) => {
        // Safe: tests of what uses it say whether it works.
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function' || typeof name !== 'string') return value;
        return (...args: readonly unknown[]) =>
          this.#call(name, () => Reflect.apply(value, target, args) as unknown);
      },
    });
  }

  /** A client of the queue, as above; that it listens and closes is no call. */
  client(open: () => QueueClient<SystemContract>): RelayQueue {
    this.#assertAlive();
    const client = open();
    this.#clients.push(client);
    const { publish } = this.owns({ publish: client.publish.bind(client) });
    return {
      publish: async (...args) => {
        const receipt = await publish(...args);
        if (receipt.duplicate) this.duplicates++;
        return receipt;
      },
      tail: client.tail.bind(client),
      admin: client.admin,
      on: client.on.bind(client),
      close: client.close.bind(client),
    };
  }

  async #call(name: string, work: () => unknown): Promise<unknown> {
    this.#assertAlive();
    const last = this.#isLast(name);
    if (last && this.#death?.when === 'before') this.kill();
    this.#assertAlive();
    const result = await work();
    if (last) this.kill();
    this.#assertAlive();
    return result;
  }

  #assertAlive(): void {
    if (this.#dead) throw new Error('dead');
  }

  #isLast(name: string): boolean {
    if (this.#death?.call !== name && this.#death?.call !== 'any') return false;
    return ++this.#count === this.#death.number;
  }
}
