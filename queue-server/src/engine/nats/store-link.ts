import { backOffMs, type QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { NatsConnection } from '@nats-io/transport-node';
import { Availability, type AvailabilityListener } from '../remote/availability.js';
import { StoreLost } from '../remote/store-lost.js';
import { failureOf } from './failure.js';
import { Interruption } from './interruption.js';
import { storeUnreachable } from './store-errors.js';

export interface StoreLinkOptions {
  readonly connection: NatsConnection;
  /**
   * Called when NATS is connected again, before anything is sent; again where it fails.
   * @throws StoreLost
   */
  readonly introduce: () => Promise<void>;
  /** Called with what `introduce` throws when the store is lost, or when the connection is closed. */
  readonly lost: (error: StoreLost) => void;
  /** Called when NATS does not let this server do what it asked: such requests are not answered. */
  readonly refused: (error: unknown) => void;
  readonly interruption: Interruption;
  readonly after: After;
}

const RETRY_DELAYS = { minDelayMs: 50, maxDelayMs: 1_000 };

/** Whether NATS can be asked, as its connection says, which reconnects by itself. */
export class StoreLink {
  readonly #options: StoreLinkOptions;
  readonly #availability = new Availability();
  #cancel: (() => void) | undefined;

  constructor(options: StoreLinkOptions) {
    this.#options = options;
    void this.#watch();
  }

  get isUp(): boolean {
    return this.#availability.kind === 'up';
  }

  get hasEnded(): boolean {
    return this.#availability.kind === 'ended';
  }

  /** Why nothing can be sent at the moment. */
  fault(): QueueError | undefined {
    return this.#availability.fault();
  }

  /** Resolves to true when requests can be sent, to false when they never can. */
  up(): Promise<boolean> {
    return this.#availability.whenUp();
  }

  listen(listener: AvailabilityListener): () => void {
    return this.#availability.listen(listener);
  }

  /** Ends it for good. Returns whether it had not ended before. */
  end(error: QueueError): boolean {
    const isFirst = this.#availability.end(error);
    this.#cancel?.();
    return isFirst;
  }

  async #watch(): Promise<void> {
    for await (const status of this.#options.connection.status()) {
      if (status.type === 'disconnect') this.#lost(new Error(`the connection to ${status.server} was lost`));
      else if (status.type === 'reconnect') this.#introduce(0);
      else if (status.type === 'error' && failureOf(status.error) === 'forbidden')
        this.#options.refused(status.error);
      else if (status.type === 'close')
        this.#options.lost(new StoreLost('The connection to NATS was given up.'));
    }
  }

  #lost(cause: Error): void {
    this.#cancel?.();
    this.#options.interruption.interrupt(cause);
    this.#availability.down(storeUnreachable(cause));
  }

  /** Unless the connection is lost again before it succeeds. */
  #introduce(failures: number): void {
    let isCurrent = true;
    const cancelRetry = { run: (): void => undefined };
    this.#cancel?.();
    this.#cancel = () => {
      isCurrent = false;
      cancelRetry.run();
    };
    void this.#options.introduce().then(
      () => isCurrent && this.#availability.up(),
      (error: unknown) => {
        if (!isCurrent) return;
        if (error instanceof StoreLost) this.#options.lost(error);
        else
          cancelRetry.run = this.#options.after(backOffMs(failures, RETRY_DELAYS), () =>
            this.#introduce(failures + 1),
          );
      },
    );
  }
}
