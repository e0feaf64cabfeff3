import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { QueueError } from '@typed-queue/contracts';

export interface StoreListener {
  readonly down: (error: QueueError) => void;
  readonly up: () => void;
}

/** The store in JetStream, as journals see it. */
export interface StreamStore {
  /** Reconnects by itself. */
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Begins all names of streams and subjects. */
  readonly prefix: string;
  /** 1, 3 or 5. */
  readonly replicas: number;
  /** Of the server, in bytes. */
  readonly maxPayload: number;
  /** Why nothing can be sent at the moment. */
  fault(): QueueError | undefined;
  /** Resolves to true when requests can be sent, to false when they never can. */
  up(): Promise<boolean>;
  listen(listener: StoreListener): () => void;
  /** The store is not what this server knows: another owner wrote, or messages are missing. It must end. */
  fail(error: QueueError): void;
  /** Bounds how long closing takes. */
  closing(): void;
}
