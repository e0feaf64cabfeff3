import {
  QueueError,
  type Contract,
  type EventName,
  type Payload,
  type QueueDefinition,
  type QueueName,
  type Receipt,
} from '@typed-queue/contracts';
import { CLIENT_NAME } from '@typed-queue/contracts/wire';
import { Administration } from './administration/administration.js';
import type { CloseOptions, ConnectOptions, PublishOptions, QueueClient, Subscription } from './client.js';
import { Connection, type ConnectionState } from './connection/connection.js';
import { checkConnect, exposesToken, serverOf } from './connect-options.js';
import { Deadline, DEFAULT_CLOSE_MS } from './deadline.js';
import { draftOf, queueUnknown, type DraftRules } from './publishing/draft.js';
import { Emitter } from './emitter.js';
import type { ClientEvents } from './events.js';
import type { Handler } from './consuming/handler.js';
import type { SubscribeOptions } from './consuming/subscribe-options.js';
import { Subscriptions } from './consuming/subscriptions.js';
import { checkOptions, type KnownOptions } from './option-check.js';
import { Outboxes } from './publishing/outboxes.js';
import { Room } from './publishing/room.js';
import type { Runtime } from './runtime.js';
import type { Tail, TailMessage, TailOptions } from './tailing/tail.js';
import { Tails } from './tailing/tails.js';
import { UnheardEvents } from './unheard-events.js';

const NO_OPTIONS: PublishOptions = {};
const PUBLISH_OPTIONS: KnownOptions<PublishOptions> = {
  ...{ id: true, dedupeKey: true, headers: true, signal: true },
};

/** What of a client lives with its connection. */
interface Part {
  online(): void;
  offline(): void;
  /** The server will never have this client, or it is closed. */
  fail(error: QueueError): void;
}

interface Closing {
  readonly deadline: Deadline;
  readonly closed: Promise<void>;
}

/** A client at work: its outboxes, subscriptions, tails and requests, and their connection. */
export class Session<C extends Contract> extends Emitter<ClientEvents> implements QueueClient<C> {
  readonly name: string;
  readonly admin: Administration<C>;
  readonly #runtime: Runtime;
  readonly #rules: DraftRules;
  readonly #connection: Connection;
  readonly #room: Room;
  readonly #outboxes: Outboxes;
  readonly #tails: Tails;
  readonly #subscriptions: Subscriptions;
  readonly #unheard: UnheardEvents;
  #closing: Closing | undefined;

  constructor(contract: C, options: ConnectOptions, runtime: Runtime) {
    checkConnect(contract, options);
    const { validate = false, outbox: { maxMessages = 100_000, maxBytes = 64 * 1024 * 1024 } = {} } = options;
    const unheard = new UnheardEvents(runtime, serverOf(options.url));
    super(runtime.report, unheard.tell);
    this.#unheard = unheard;
    this.name = nameOf(options, runtime);
    this.#runtime = runtime;
    this.#rules = { contract, validate, newId: runtime.newId };
    this.#room = new Room({ maxMessages, maxBytes });
    const server = this.#connect(options);
    this.#connection = server;
    this.#outboxes = new Outboxes({ producer: runtime.newId(), server, room: this.#room, runtime });
    const consuming = { server, runtime, emitter: this, window: options.window };
    this.#subscriptions = new Subscriptions(consuming);
    this.#subscriptions.listen(server.socket);
    this.#tails = new Tails(consuming);
    this.#tails.listen(server.socket);
    // Listeners are added when the constructor has returned.
    if (exposesToken(options)) {
      runtime.defer(() => this.emit('token:exposed', { server: serverOf(options.url) }));
    }
    this.admin = new Administration({ server, runtime, checkOpen: () => this.#checkOpen() });
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
      if (options !== NO_OPTIONS) checkOptions('publish', 'the fourth argument', options, PUBLISH_OPTIONS);
      const { signal } = options;
      if (signal?.aborted) {
        throw new QueueError('aborted', 'The signal was aborted before.', { cause: signal.reason });
      }
      const draft = draftOf(this.#rules, queue, event, payload, options);
      this.#outboxes.of(queue).add(draft, resolve, reject, signal);
    });
  }

  subscribe<Q extends QueueName<C>, const E extends EventName<C, Q> = EventName<C, Q>>(
    queue: Q,
    options: SubscribeOptions<E>,
    handler: NoInfer<Handler<C, Q, E>>,
  ): Subscription {
    this.#checkOpen();
    return this.#subscriptions.open<C, Q, E>(this.#definition(queue), options, handler);
  }

  tail<Q extends QueueName<C>, E extends EventName<C, Q> = EventName<C, Q>>(
    queue: Q,
    options: TailOptions<E> = {},
  ): Tail<TailMessage<C, Q, E>> {
    this.#checkOpen();
    // Safe: it brings messages of these events only, and those that the contract does not match are not among them.
    return this.#tails.open(this.#definition(queue), options) as Tail<TailMessage<C, Q, E>>;
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: CloseOptions = {}): Promise<void> {
    const subscriptions = this.#subscriptions;
    const inHandler = subscriptions.calling;
    const { deadline, closed } = (this.#closing ??= this.#begin(new Deadline(this.#runtime, timeoutMs)));
    if (!inHandler) return closed;
    return Promise.race([closed, subscriptions.othersSettled(deadline).then(() => this.#room.empty())]);
  }

  #begin(deadline: Deadline): Closing {
    return { deadline, closed: this.#close(deadline) };
  }

  async #close(deadline: Deadline): Promise<void> {
    this.#tails.close();
    await this.#subscriptions.leave(deadline);
    await deadline.within(this.#room.empty());
    deadline.cancel();
    const closed = new QueueError('closed', 'The client is closed.');
    // A handler that was waited for may have begun another.
    this.#tails.close();
    this.#outboxes.fail(closed);
    this.admin.fail(closed);
    this.#connection.close();
  }

  #connect({ url, path, ca, token, reconnect = {} }: ConnectOptions): Connection {
    const { minDelayMs = 500, maxDelayMs = 5_000 } = reconnect;
    const { newSecret, newId } = this.#runtime;
    // Servers of version 1 know the client by `client`, and show it; later ones by the secret.
    const handshake = { secret: newSecret(), name: this.name, client: newId() };
    return new Connection({
      name: serverOf(url),
      options: { url, path, ca, reconnect: { minDelayMs, maxDelayMs } },
      ...{ handshake, token },
      runtime: this.#runtime,
      emitter: this,
      onConnected: () => {
        this.#unheard.connected();
        this.#parts.forEach((part) => part.online());
      },
      onExpired: () => this.#outboxes.offline(),
      onRenewed: () => this.#outboxes.online(),
      onDisconnected: () => this.#parts.forEach((part) => part.offline()),
      onRefused: (error) => this.#parts.forEach((part) => part.fail(error)),
    });
  }

  get #parts(): readonly Part[] {
    return [this.#outboxes, this.#subscriptions, this.#tails, this.admin];
  }

  #definition(queue: string): QueueDefinition {
    const { contract } = this.#rules;
    const definition = Object.hasOwn(contract, queue) ? contract[queue] : undefined;
    if (definition === undefined) throw queueUnknown(contract, queue);
    return definition;
  }

  #checkOpen(): void {
    const { state } = this;
    if (state.kind === 'refused') throw state.error;
    // A handler that is waited for may still need its client.
    if (this.#closing !== undefined && !this.#subscriptions.busy)
      throw new QueueError('closed', 'The client is closed.');
  }
}

const nameOf = ({ name }: ConnectOptions, { newSecret }: Runtime): string => {
  if (name === undefined) return `client-${newSecret().slice(0, 8)}`;
  if (CLIENT_NAME.test(name)) return name;
  throw new QueueError(
    'request_invalid',
    `A client cannot have the name "${name}": give it 1 to 128 letters, digits or any of . : @ _ -`,
  );
};
