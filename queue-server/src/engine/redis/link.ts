import { backOffMs, type QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { failureOf, runScript } from './answer.js';
import { Availability, type AvailabilityListener } from '../remote/availability.js';
import type { Argument, Connect, RedisConnection } from './connection.js';
import type { Script } from './script.js';
import { StoreLost } from '../remote/store-lost.js';
import { storeUnreachable } from './redis-errors.js';

export interface LinkOptions {
  readonly connect: Connect;
  /**
   * Called with each new connection before it is used: whatever earlier ones sent must have no effect afterwards.
   * @throws StoreLost when the link has to end
   */
  readonly introduce: (connection: RedisConnection) => Promise<void>;
  readonly after: After;
}

const RETRY_DELAYS = { minDelayMs: 50, maxDelayMs: 1_000 };

/** The connection to Redis that all journals share: a lost one is replaced, with back-off, by one that was introduced. */
export class RedisLink {
  readonly #options: LinkOptions;
  readonly #availability = new Availability();
  /** The last one: while it is not up, it was lost. */
  #connection: RedisConnection;
  #cancel: (() => void) | undefined;

  /** The first connection was introduced. */
  constructor(options: LinkOptions, connection: RedisConnection) {
    this.#options = options;
    this.#connection = connection;
    this.#watch(connection);
  }

  /** Why nothing can be sent at the moment. */
  fault(): QueueError | undefined {
    return this.#availability.fault();
  }

  listen(listener: AvailabilityListener): () => void {
    return this.#availability.listen(listener);
  }

  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<readonly unknown[]> {
    return this.#send((connection) => runScript(connection, script, keys, args));
  }

  call(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#send((connection) => connection.call(command, args));
  }

  /** Resolves to true when commands can be sent, to false when they never can. */
  up(): Promise<boolean> {
    return this.#availability.whenUp();
  }

  /** Ends it for good. */
  end(error: QueueError): void {
    if (!this.#availability.end(error)) return;
    this.#cancel?.();
    this.#connection.close();
  }

  async #send<T>(send: (connection: RedisConnection) => Promise<T>): Promise<T> {
    const fault = this.fault();
    if (fault !== undefined) throw fault;
    const connection = this.#connection;
    try {
      return await send(connection);
    } catch (error) {
      // A connection says later that it was lost than its commands do.
      if (failureOf(error) === 'lost') this.#lost(connection, error);
      throw error;
    }
  }

  #watch(connection: RedisConnection): void {
    connection.onClosed((cause) => this.#lost(connection, cause));
  }

  #lost(connection: RedisConnection, cause: unknown): void {
    if (this.#availability.kind !== 'up' || this.#connection !== connection) return;
    this.#availability.down(storeUnreachable(cause));
    connection.close();
    this.#retry(0);
  }

  #retry(failures: number): void {
    this.#cancel = this.#options.after(backOffMs(failures, RETRY_DELAYS), () => {
      void this.#connect().catch((error: unknown) => {
        if (this.#availability.kind !== 'down') return;
        if (error instanceof StoreLost) this.end(error);
        else this.#retry(failures + 1);
      });
    });
  }

  async #connect(): Promise<void> {
    const connection = await this.#options.connect();
    try {
      await this.#options.introduce(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    if (this.#availability.kind !== 'down') {
      connection.close();
      return;
    }
    this.#connection = connection;
    this.#availability.up();
    this.#watch(connection);
  }
}
