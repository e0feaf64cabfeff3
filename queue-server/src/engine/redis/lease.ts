import { newId } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { fieldsOf, runScript, textOf } from './answer.js';
import type { RedisConnection } from './connection.js';
import type { RedisLink } from './link.js';
import { ACQUIRE, RELEASE, RENEW } from './owner-scripts.js';
import { StoreLost } from '../remote/store-lost.js';

export interface LeaseOptions {
  readonly ownerKey: string;
  readonly storeKey: string;
  /** How long it is valid without a renewal. */
  readonly termMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly after: After;
}

/** What the store held before: the fields of its hash. Undefined: another server has the lease. */
export type Acquired = ReadonlyMap<string, string> | undefined;

/** The right to write to the store, of one server at a time. */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #id = newId();
  #connections = 0;
  #number = 0;
  #renewedAt = -Infinity;
  #cancel: (() => void) | undefined;
  #onRegained: (() => void)[] = [];

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Shown with each write. Each connection has its own, so that writes of an earlier one come too late. */
  get token(): string {
    return `${this.#id}.${this.#connections}`;
  }

  /** False when another server may have it, by the clock of this one. */
  isValid(): boolean {
    return this.#options.now() - this.#renewedAt < this.#options.termMs;
  }

  /** Called when it is valid again after it was not. */
  onRegained(listener: () => void): void {
    this.#onRegained.push(listener);
  }

  async acquire(connection: RedisConnection): Promise<Acquired> {
    const { ownerKey, storeKey, termMs, now } = this.#options;
    const began = now();
    const [kind, number, before] = await runScript(
      connection,
      ACQUIRE,
      [ownerKey, storeKey],
      [this.token, termMs],
    );
    if (textOf(kind) === 'held') return undefined;
    this.#number = Number(number);
    this.#renewedAt = began;
    return fieldsOf(before);
  }

  /** Takes it over to a new connection. @throws QueueError `storage_failed` when it is lost */
  async introduce(connection: RedisConnection): Promise<void> {
    this.#connections++;
    await this.#renew((keys, args) => runScript(connection, RENEW, keys, args));
  }

  /** Renews it now and from now on, until `release`. When it is lost, the link ends. */
  keep(link: RedisLink): void {
    this.#cancel = this.#options.after(this.#options.termMs / 3, () => {
      void this.renew(link).then(() => {
        if (this.#cancel !== undefined) this.keep(link);
      });
    });
  }

  /** Resolves to whether it is renewed; not when Redis cannot be asked. */
  async renew(link: RedisLink): Promise<boolean> {
    try {
      await this.#renew((keys, args) => link.run(RENEW, keys, args));
      return true;
    } catch (error) {
      if (error instanceof StoreLost) link.end(error);
      return false;
    }
  }

  async release(link: RedisLink): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    // It ends by itself otherwise.
    await link.run(RELEASE, [this.#options.ownerKey], [this.token]).catch(() => undefined);
  }

  async #renew(
    run: (keys: readonly string[], args: readonly (string | number)[]) => Promise<readonly unknown[]>,
  ): Promise<void> {
    const { ownerKey, storeKey, termMs, now } = this.#options;
    const began = now();
    const wasValid = this.isValid();
    const [kind] = await run([ownerKey, storeKey], [this.#id, this.#connections, termMs, this.#number]);
    if (textOf(kind) !== 'ok') throw new StoreLost(LOST[textOf(kind)] ?? LOST_OTHERWISE);
    this.#renewedAt = Math.max(this.#renewedAt, began);
    if (!wasValid && this.isValid()) for (const listener of this.#onRegained) listener();
  }
}

const LOST_OTHERWISE = 'Redis does not know this server as the owner of the data any more.';

const LOST: Readonly<Record<string, string>> = {
  superseded: 'Another server owns the data in Redis now.',
  missing: 'The data in Redis is gone: it was flushed, or Redis lost it.',
};
