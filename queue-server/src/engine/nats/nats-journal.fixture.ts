import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { newId, QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { unrefAfter } from '@typed-queue/program';
import type { JournalEvent } from '../journal/journal-event.js';
import type { JournalOptions } from '../journal/journal.js';
import type { NatsJournal } from './nats-journal.js';
import { openNatsJournal } from './open-nats-journal.js';
import type { StoreListener, StreamStore } from './stream-store.js';

const CLOSING_MS = 5_000;

const unreachable = (why: string): QueueError =>
  new QueueError('storage_unavailable', `NATS cannot be reached (${why}).`);

/** Whether its connection is there. */
type State =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly error: QueueError }
  | { readonly kind: 'ended'; readonly error: QueueError };

export interface TestStoreOptions {
  readonly prefix: string;
  readonly after: After;
}

/** A store without an owner. */
export class TestStore implements StreamStore {
  readonly replicas = 1;
  readonly #listeners = new Set<StoreListener>();
  #state: State = { kind: 'up' };
  #waiting: (() => void)[] = [];
  #cancelClosing: (() => void) | undefined;

  readonly connection: NatsConnection;
  readonly jsm: StreamStore['jsm'];
  readonly prefix: string;
  readonly #after: After;

  constructor(connection: NatsConnection, jsm: StreamStore['jsm'], { prefix, after }: TestStoreOptions) {
    this.connection = connection;
    this.jsm = jsm;
    this.prefix = prefix;
    this.#after = after;
    void this.#watch();
  }

  get js(): StreamStore['js'] {
    return jetstream(this.connection);
  }
  get maxPayload(): number {
    return this.connection.info?.max_payload ?? 0;
  }

  static async connect<S extends TestStore>(
    this: new (...parts: ConstructorParameters<typeof TestStore>) => S,
    url: string,
    { prefix = newId(), after = unrefAfter }: Partial<TestStoreOptions> = {},
  ): Promise<S> {
    const options = { servers: url, reconnectTimeWait: 20, reconnectJitter: 0, maxReconnectAttempts: -1 };
    const connection = await connect(options);
    return new this(connection, await jetstreamManager(connection), { prefix, after });
  }

  fault(): QueueError | undefined {
    return this.#state.kind === 'up' ? undefined : this.#state.error;
  }
  async up(): Promise<boolean> {
    while (this.#state.kind === 'down') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#state.kind === 'up';
  }
  listen(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  fail(error: QueueError): void {
    this.#become({ kind: 'ended', error });
  }
  closing(): void {
    this.#cancelClosing ??= this.#after(CLOSING_MS, () => this.fail(unreachable('the server is closing')));
  }
  async close(): Promise<void> {
    this.fail(unreachable('the server is closed'));
    this.#cancelClosing?.();
    await this.connection.close();
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') this.#become({ kind: 'down', error: unreachable('the connection is lost') });
      if (type === 'reconnect') this.#become({ kind: 'up' });
    }
  }

  #become(state: State): void {
    if (this.#state.kind === 'ended') return;
    this.#state = state;
    for (const { down, up } of [...this.#listeners]) {
      if (state.kind === 'up') up();
      else down(state.error);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

export interface OpenedForTest {
  readonly journal: NatsJournal;
  readonly events: JournalEvent[];
}

export const openForTest = async (
  store: StreamStore,
  options: Partial<JournalOptions> = {},
): Promise<OpenedForTest> => {
  const events: JournalEvent[] = [];
  const journal = await openNatsJournal(store, 'log', {
    cacheBytes: 0,
    probeMs: 10,
    log: (event) => events.push(event),
    ...options,
  });
  return { journal, events };
};
