import type { QueueClient } from '@typed-queue/queue-client';
import type { SystemContract } from '@typed-queue/contracts';
import type { RelayQueue } from './recovery.js';

/** At which call a process is killed. */
export interface Kill {
  /** The name of its last call: `publish`, `remove` … or `any`. */
  readonly call: string;
  /** The last of these calls is number … of them, from 1. */
  readonly number: number;
  /** Whether that call still has its effect. */
  readonly when: 'before' | 'after';
}

/** A process that is killed at one of its calls: later calls have no effect. */
export class KillableProcess {
  readonly killed: Promise<void>;
  #resolveKilled: () => void = () => undefined;
  #isKilled = false;
  #count = 0;
  readonly #kill: Kill | undefined;
  readonly #clients: RelayQueue[] = [];
  /** Messages that it published although the queue had them. */
  duplicates = 0;

  constructor(kill?: Kill) {
    this.#kill = kill;
    this.killed = new Promise((resolve) => (this.#resolveKilled = resolve));
  }

  /** Its clients send nothing more from this moment on. */
  kill(): void {
    this.#isKilled = true;
    for (const client of this.#clients) void client.close({ timeoutMs: 0 });
    this.#resolveKilled();
  }

  /** A dependency of the process, each call of which may be its last. */
  owns<T extends object>(used: T): T {
    return new Proxy(used, {
      get: (target, name) => {
        // Safe: it is only called, with the arguments of its type.
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function' || typeof name !== 'string') return value;
        return (...args: readonly unknown[]) =>
          this.#call(name, () => Reflect.apply(value, target, args) as unknown);
      },
    });
  }

  /** A client of the queue: `publish` is a call as above. */
  client(open: () => QueueClient<SystemContract>): RelayQueue {
    this.#assertAlive();
    const client = open();
    this.#clients.push(client);
    const { publish } = this.owns({ publish: client.publish.bind(client) });
    return {
      publish: async (...args) => {
        const receipt = await publish(...args);
        if ('duplicate' in receipt && receipt.duplicate) this.duplicates++;
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
    if (last && this.#kill?.when === 'before') this.kill();
    this.#assertAlive();
    const result = await work();
    if (last) this.kill();
    this.#assertAlive();
    return result;
  }

  #assertAlive(): void {
    if (this.#isKilled) throw new Error('killed');
  }

  #isLast(name: string): boolean {
    if (this.#kill?.call !== name && this.#kill?.call !== 'any') return false;
    return ++this.#count === this.#kill.number;
  }
}
