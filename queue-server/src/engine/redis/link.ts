import { backOffMs, type QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { failureOf, runScript } from './answer.js';
import type { Argument, Connect, RedisConnection } from './connection.js';
import type { Script } from './script.js';
import { StoreLost, storeUnreachable } from './redis-errors.js';

/**
 * up      commands are sent. Connection lost -> down.
 * down    commands reject, and connecting is attempted with back-off. Connected and introduced -> up.
 * ended   for good: closed, or the store is lost to this owner.
 */
type State =
  | { readonly kind: 'up'; readonly connection: RedisConnection }
  | { readonly kind: 'down'; readonly error: QueueError }
  | { readonly kind: 'ended'; readonly error: QueueError };

export interface LinkOptions {
  readonly connect: Connect;
  /**
   * Called with each new connection before it is used: whatever earlier ones sent must have no effect afterwards.
   * @throws StoreLost when the link has to end
   */
  readonly introduce: (connection: RedisConnection) => Promise<void>;
  readonly after: After;
}

export interface LinkListener {
  readonly down: (error: QueueError) => void;
  readonly up: () => void;
}

const RETRY_DELAYS = { minDelayMs: 50, maxDelayMs: 1_000 };

/** The connection to Redis that all journals share: lost ones are replaced. */
export class RedisLink {
  readonly #options: LinkOptions;
  readonly #listeners = new Set<LinkListener>();
  #state: State;
  #waiting: (() => void)[] = [];
  #cancel: (() => void) | undefined;

  /** The first connection was introduced. */
  constructor(options: LinkOptions, connection: RedisConnection) {
    this.#options = options;
    this.#state = { kind: 'up', connection };
    this.#watch(connection);
  }

  /** Why nothing can be sent at the moment. */
  fault(): QueueError | undefined {
    return this.#state.kind === 'up' ? undefined : this.#state.error;
  }

  listen(listener: LinkListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<readonly unknown[]> {
    return this.#send((connection) => runScript(connection, script, keys, args));
  }

  call(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#send((connection) => connection.call(command, args));
  }

  /** Resolves to true when commands can be sent, to false when they never can. */
  async up(): Promise<boolean> {
    while (this.#state.kind === 'down') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#state.kind === 'up';
  }

  /** Ends it for good. */
  end(error: QueueError): void {
    if (this.#state.kind === 'ended') return;
    const before = this.#state;
    this.#state = { kind: 'ended', error };
    this.#cancel?.();
    for (const { down } of this.#listeners) down(error);
    this.#wake();
    if (before.kind === 'up') before.connection.close();
  }

  async #send<T>(send: (connection: RedisConnection) => Promise<T>): Promise<T> {
    const state = this.#state;
    if (state.kind !== 'up') throw state.error;
    try {
      return await send(state.connection);
    } catch (error) {
      // A connection says later that it was lost than its commands do.
      if (failureOf(error) === 'lost') this.#lost(state.connection, error);
      throw error;
    }
  }

  #watch(connection: RedisConnection): void {
    connection.onClosed((cause) => this.#lost(connection, cause));
  }

  #lost(connection: RedisConnection, cause: unknown): void {
    if (this.#state.kind !== 'up' || this.#state.connection !== connection) return;
    const error = storeUnreachable(cause);
    this.#state = { kind: 'down', error };
    connection.close();
    for (const { down } of this.#listeners) down(error);
    this.#retry(0);
  }

  #retry(failures: number): void {
    this.#cancel = this.#options.after(backOffMs(failures, RETRY_DELAYS), () => {
      void this.#connect().catch((error: unknown) => {
        if (this.#state.kind !== 'down') return;
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
    if (this.#state.kind !== 'down') {
      connection.close();
      return;
    }
    this.#state = { kind: 'up', connection };
    this.#watch(connection);
    for (const { up } of this.#listeners) up();
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
