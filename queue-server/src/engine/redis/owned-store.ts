import type { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { failureOf, textOf } from './answer.js';
import type { Argument } from './connection.js';
import type { Lease } from './lease.js';
import type { AvailabilityListener } from '../remote/availability.js';
import type { RedisLink } from './link.js';
import { NOTE } from './owner-scripts.js';
import { StoreLost } from '../remote/store-lost.js';
import { storeUnreachable } from './redis-errors.js';
import type { RedisKeys } from './redis-keys.js';
import type { Script } from './script.js';
import { LOSS_NOTE } from './settings.js';

/** How long closing waits for a Redis that does not answer. */
const CLOSING_MS = 5_000;

/** How long a reader waits for another connection, before its read fails. */
const READING_MS = 2_000;

export interface OwnedStoreDeps {
  readonly link: RedisLink;
  readonly lease: Lease;
  readonly keys: RedisKeys;
  readonly after: After;
}

/** What a writing script did: `ok`, or nothing, since the seq that is due is another one. */
export type Written =
  | { readonly kind: 'ok'; readonly rest: readonly unknown[] }
  | { readonly kind: 'head'; readonly due: number | undefined };

/** The store in Redis, in the hands of the server that owns it. */
export class OwnedStore {
  readonly keys: RedisKeys;
  readonly #deps: OwnedStoreDeps;
  #cancelClosing: (() => void) | undefined;

  constructor(deps: OwnedStoreDeps) {
    this.#deps = deps;
    this.keys = deps.keys;
  }

  listen(listener: AvailabilityListener): () => void {
    return this.#deps.link.listen(listener);
  }

  /** Why nothing can be sent at the moment. */
  fault(): QueueError | undefined {
    return this.#deps.link.fault();
  }

  /** Resolves to true when commands can be sent, to false when they never can. */
  up(): Promise<boolean> {
    return this.#deps.link.up();
  }

  /** Runs a script that changes nothing; again where the connection was lost, and is replaced soon. */
  async read(
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<readonly unknown[]> {
    for (;;) {
      try {
        return await this.#deps.link.run(script, keys, args);
      } catch (error) {
        if (failureOf(error) !== 'lost' || !(await this.#upSoon())) throw error;
      }
    }
  }

  call(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#deps.link.call(command, args);
  }

  /** Runs a script with the key of the owner and its token before the others. */
  async write(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Written> {
    const { link, lease } = this.#deps;
    for (let renewed = false; ; renewed = true) {
      const [kind, ...rest] = await link.run(script, [this.keys.owner, ...keys], [lease.token, ...args]);
      if (textOf(kind) === 'ok') return { kind: 'ok', rest };
      if (textOf(kind) === 'head') return { kind: 'head', due: Number(textOf(rest[0])) || undefined };
      // Its lease ended without a renewal in time.
      if (renewed || !(await lease.renew(link))) return this.#lost();
    }
  }

  /**
   * Repeats what has the same effect once or several times until it is answered.
   * @throws what Redis answered; the fault of the store when it never answers
   */
  async repeat<T>(send: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        if (failureOf(error) !== 'lost' || !(await this.up())) throw error;
      }
    }
  }

  /** Notes what the next owner has to know: fields and values. */
  async note(note: readonly string[]): Promise<void> {
    await this.repeat(() => this.write(NOTE, [this.keys.store], note));
  }

  /** Redis lacks what it had acknowledged: the next owner must know, and this one must end. */
  async lost(error: QueueError): Promise<void> {
    await this.note(LOSS_NOTE).catch(() => undefined);
    this.fail(error);
  }

  /** The store is not what this server knows: it must end. */
  fail(error: QueueError): void {
    this.#deps.link.end(error);
  }

  /** Bounds how long closing takes. */
  closing(): void {
    const giveUp = (): void => this.fail(storeUnreachable(new Error('the server is closing')));
    this.#cancelClosing ??= this.#deps.after(CLOSING_MS, giveUp);
  }

  /** Lets the next owner in. */
  async release(): Promise<void> {
    const { link, lease } = this.#deps;
    await lease.release(link);
    this.#cancelClosing?.();
    link.end(storeUnreachable(new Error('the server is closed')));
  }

  #upSoon(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#deps.after(READING_MS, () => resolve(false));
      void this.up().then((isUp) => {
        cancel();
        resolve(isUp);
      });
    });
  }

  #lost(): never {
    const error = new StoreLost('This server owns the data in Redis no more.');
    this.fail(error);
    throw error;
  }
}
