import {
  PROTOCOL_VERSION,
  QueueError,
  type Contract,
  type EventName,
  type Payload,
  type QueueName,
  type Receipt,
} from '@typed-queue/contracts';
import type { CloseOptions, ConnectOptions, PublishOptions, QueueClient, Subscription } from './client.js';
import { Connection, type ConnectionState } from './connection/connection.js';
import { Deadline, DEFAULT_CLOSE_MS } from './deadline.js';
import { draftOf, queueUnknown, type DraftRules } from './publishing/draft.js';
import { Emitter } from './emitter.js';
import type { ClientEvents } from './events.js';
import { GroupSubscription } from './consuming/group-subscription.js';
import { anyHandler, type Handler } from './consuming/handler.js';
import { concurrencyOf, requestOf, type SubscribeOptions } from './consuming/subscribe-options.js';
import { Outbox } from './publishing/outbox.js';
import { Room } from './publishing/room.js';
import type { Runtime } from './runtime.js';

const NO_OPTIONS: PublishOptions = {};

/** A client at work: one outbox for each queue it publishes to, its subscriptions, and their connection. */
export class Session<C extends Contract> extends Emitter<ClientEvents> implements QueueClient<C> {
  readonly id: string;
  readonly #options: ConnectOptions;
  readonly #runtime: Runtime;
  readonly #rules: DraftRules;
  readonly #connection: Connection;
  readonly #room: Room;
  readonly #outboxes = new Map<string, Outbox>();
  readonly #subscriptions = new Map<string, GroupSubscription>();
  #subscribed = 0;
  #closed: Promise<void> | undefined;

  constructor(contract: C, options: ConnectOptions, runtime: Runtime) {
    const { validate = false, outbox: { maxMessages = 100_000, maxBytes = 64 * 1024 * 1024 } = {} } = options;
    super(runtime.report);
    this.id = runtime.newId();
    this.#options = options;
    this.#runtime = runtime;
    this.#rules = { contract, validate, newId: runtime.newId };
    this.#room = new Room({ maxMessages, maxBytes });
    this.#connection = this.#connect();
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  publish<Q extends QueueName<C>, E extends EventName<C, Q>>(
    queue: Q,
    event: E,
    payload: Payload<C, Q, E>,
    options: PublishOptions = NO_OPTIONS,
  ): Promise<Receipt> {
    // What is thrown here rejects the promise.
    return new Promise((resolve, reject) => {
      this.#checkOpen();
      const { signal } = options;
      if (signal?.aborted) {
        throw new QueueError('aborted', 'The signal was aborted before.', { cause: signal.reason });
      }
      const draft = draftOf(this.#rules, queue, event, payload, options);
      this.#outbox(queue).add(draft, resolve, reject, signal);
    });
  }

  subscribe<Q extends QueueName<C>>(
    queue: Q,
    options: SubscribeOptions,
    handler: Handler<C, Q>,
  ): Subscription {
    this.#checkOpen();
    if (!Object.hasOwn(this.#rules.contract, queue)) throw queueUnknown(queue);
    // Bounded, whatever the name of the group: the server takes 128 characters.
    const name = `${queue}/${++this.#subscribed}`;
    const subscription = new GroupSubscription({
      request: requestOf(name, queue, { window: this.#options.window, ...options }),
      concurrency: concurrencyOf(options),
      handle: anyHandler(handler),
      server: this.#connection,
      runtime: this.#runtime,
      emitter: this,
      onEnd: () => this.#subscriptions.delete(name),
    });
    this.#subscriptions.set(name, subscription);
    if (this.state.kind === 'connected') subscription.online();
    return subscription;
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: CloseOptions = {}): Promise<void> {
    return (this.#closed ??= this.#close(new Deadline(this.#runtime, timeoutMs)));
  }

  async #close(deadline: Deadline): Promise<void> {
    const subscriptions = [...this.#subscriptions.values()];
    await Promise.all(subscriptions.map((subscription) => subscription.leave(deadline)));
    await deadline.within(this.#room.empty());
    deadline.cancel();
    const closed = new QueueError('closed', 'The client is closed.');
    for (const outbox of this.#outboxes.values()) outbox.fail(closed);
    this.#connection.close();
  }

  #listen({ socket }: Connection): void {
    socket.on('grant:frame', (header, frames) =>
      this.#subscriptions.get(header.subscription)?.granted(header, frames),
    );
    socket.on('draining', () => {
      for (const subscription of this.#subscriptions.values()) subscription.release();
    });
    socket.on('gap', (gap) => this.emit('gap', gap));
  }

  #connect(): Connection {
    const { url, token, reconnect: { minDelayMs = 500, maxDelayMs = 5_000 } = {} } = this.#options;
    const handshake = {
      protocolVersion: PROTOCOL_VERSION,
      client: this.id,
      ...(token !== undefined && { token }),
    };
    const connection = new Connection({
      options: { url, handshake, reconnect: { minDelayMs, maxDelayMs } },
      runtime: this.#runtime,
      emitter: this,
      onConnected: () => {
        for (const outbox of this.#outboxes.values()) outbox.connected();
        for (const subscription of this.#subscriptions.values()) subscription.online();
      },
      onDisconnected: () => {
        for (const outbox of this.#outboxes.values()) outbox.disconnected();
        for (const subscription of this.#subscriptions.values()) subscription.offline();
      },
      onRefused: (error) => {
        for (const outbox of this.#outboxes.values()) outbox.fail(error);
        for (const subscription of this.#subscriptions.values()) subscription.fail(error);
      },
    });
    this.#listen(connection);
    return connection;
  }

  #outbox(queue: string): Outbox {
    const present = this.#outboxes.get(queue);
    if (present !== undefined) return present;
    const outbox = new Outbox({
      queue,
      producer: this.id,
      server: this.#connection,
      room: this.#room,
      runtime: this.#runtime,
    });
    this.#outboxes.set(queue, outbox);
    if (this.state.kind === 'connected') outbox.connected();
    return outbox;
  }

  #checkOpen(): void {
    const { state } = this;
    if (state.kind === 'refused') throw state.error;
    if (this.#closed === undefined) return;
    const working = [...this.#subscriptions.values()].some(({ busy }) => busy);
    if (!working) throw new QueueError('closed', 'The client is closed.');
  }
}
