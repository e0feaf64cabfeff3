import type { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { AvailabilityListener } from '../remote/availability.js';
import { StoreLost } from '../remote/store-lost.js';
import type { Canary } from './canary.js';
import type { NatsClient } from './connection.js';
import type { Interruption } from './interruption.js';
import type { Lease } from './lease.js';
import type { OwnerNote } from './owner-note.js';
import { natsMissing, storeUnreachable } from './store-errors.js';
import { StoreLink } from './store-link.js';
import type { StreamStore } from './stream-store.js';

/** How long closing waits for a NATS that does not answer. */
const CLOSING_MS = 5_000;
/** After a renewal that was not answered. */
const RETRY_MS = 100;

export interface OwnedStreamsDeps {
  readonly client: NatsClient;
  readonly prefix: string;
  readonly replicas: number;
  readonly maxPayload: number;
  readonly lease: Lease;
  readonly termMs: number;
  readonly note: OwnerNote;
  readonly canary: Canary;
  readonly interruption: Interruption;
  readonly after: After;
}

/** The store in JetStream, in the hands of the server that owns it. */
export class OwnedStreams implements StreamStore {
  readonly connection;
  readonly js;
  readonly jsm;
  readonly prefix: string;
  readonly replicas: number;
  readonly maxPayload: number;
  readonly #deps: OwnedStreamsDeps;
  readonly #link: StoreLink;
  readonly #onLost: ((error: Error) => void)[] = [];
  /** NATS does not answer, and closing waited long enough. */
  #isSilent = false;
  /** What ends when the store does. */
  readonly #timers = new Map<string, () => void>();

  constructor(deps: OwnedStreamsDeps) {
    this.#deps = deps;
    ({ connection: this.connection, js: this.js, jsm: this.jsm } = deps.client);
    this.prefix = deps.prefix;
    this.replicas = deps.replicas;
    this.maxPayload = deps.maxPayload;
    const { interruption, after } = deps;
    this.#link = new StoreLink({
      connection: this.connection,
      interruption,
      after,
      introduce: () => this.#introduce(),
      lost: (error) => this.fail(error),
      refused: (error) => this.fail(natsMissing(error)),
    });
    this.#repeat('renewal', deps.termMs / 3, () => this.#renew());
    this.#repeat('canary', deps.termMs, () => this.#look());
  }

  fault(): QueueError | undefined {
    return this.#link.fault();
  }

  up(): Promise<boolean> {
    return this.#link.up();
  }

  listen(listener: AvailabilityListener): () => void {
    return this.#link.listen(listener);
  }

  /** Called once, when the store is not what this server knows. */
  onLost(listener: (error: Error) => void): void {
    this.#onLost.push(listener);
  }

  fail(error: QueueError): void {
    if (this.#end(error)) for (const listener of this.#onLost) listener(error);
  }

  closing(): void {
    if (this.#timers.has('closing')) return;
    const giveUp = (): void => {
      this.#isSilent = true;
      this.#end(storeUnreachable(new Error('the server is closing')));
    };
    this.#timers.set('closing', this.#deps.after(CLOSING_MS, giveUp));
  }

  /** Lets the next owner in. */
  async release(): Promise<void> {
    this.#end(storeUnreachable(new Error('the server is closed')));
    // Also where the store lacks something: the next owner finds out at once. One that is no more changes nothing.
    if (!this.#isSilent) await this.#deps.lease.release();
    await this.connection.close();
  }

  #end(error: QueueError): boolean {
    if (!this.#link.end(error)) return false;
    for (const cancel of this.#timers.values()) cancel();
    return true;
  }

  /** Resolved once this server may be sure that the store is the one it knows. */
  async #introduce(): Promise<void> {
    if (!(await this.#deps.lease.renew()) && !(await this.#deps.lease.renew())) throw new Error(NOT_RENEWED);
    if (!(await this.#hasCanary())) throw new StoreLost(FORGOT);
  }

  async #renew(): Promise<number> {
    if (!this.#link.isUp) return RETRY_MS;
    return (await this.#deps.lease.renew()) ? this.#deps.termMs / 3 : RETRY_MS;
  }

  async #look(): Promise<number> {
    if (this.#link.isUp && !(await this.#hasCanary())) throw new StoreLost(FORGOT);
    return this.#deps.termMs;
  }

  /** Before the first is noted, there is none to look for. */
  async #hasCanary(): Promise<boolean> {
    const { note, canary } = this.#deps;
    const noted = note.value;
    return noted === undefined || noted.former !== undefined || canary.has(noted.canary);
  }

  #repeat(name: string, ms: number, run: () => Promise<number>): void {
    const again = (nextMs: number): void => {
      if (!this.#link.hasEnded) this.#repeat(name, nextMs, run);
    };
    this.#timers.set(
      name,
      this.#deps.after(ms, () => {
        void run().then(again, (error: unknown) => {
          if (error instanceof StoreLost) this.fail(error);
          else again(ms);
        });
      }),
    );
  }
}

const NOT_RENEWED = 'the lease is not renewed';
const FORGOT = 'NATS lacks what it keeps in memory: it may also lack what it had acknowledged.';
