import {
  QueueError,
  type AnyMessage,
  type BatchReceipt,
  type CallName,
  type Contract,
  type QueueName,
} from '@typed-queue/contracts';
import { CLIENT_NAME } from '@typed-queue/contracts/wire';
import { Agreements } from './agreement/agreements.js';
import { definitionOf } from './argument-check.js';
import type { CloseOptions, ConnectOptions, QueueClient, Subscription } from './client.js';
import { checkConnect, exposesToken, serverOf } from './connect-options.js';
import { Deadline, DEFAULT_CLOSE_MS } from './deadline.js';
import { Emitter } from './emitter.js';
import type { ClientEvents } from './events.js';
import type { Handling, Service } from './lazy-service.js';
import type { Runtime } from './runtime.js';
import type { MessagePublisher } from './tracing.js';
import { UnhandledEvents } from './unhandled-events.js';
import { Connection, type ConnectionState } from './connection/connection.js';
import { Publisher } from './publishing/publisher.js';
import type { BatchOptions, PublishReceipt, ScheduleOptions } from './publishing/publish-options.js';
import type { SubscribeOptions } from './consuming/subscribe-options.js';
import { LazySubscriptions } from './consuming/lazy-subscriptions.js';
import type { Tail, TailOptions } from './tailing/tail.js';
import { Tails } from './tailing/tails.js';
import type { Called, DurableCallName, OptionsOf, WaitOptions } from './calling/call.js';
import { LazyCalls } from './calling/lazy-calls.js';
import type { Serving } from './calling/responder.js';
import type { ServeOptions } from './calling/serve-options.js';
import type { Admin } from './administration/admin.js';
import { LazyAdministration } from './administration/lazy-administration.js';

interface Closing {
  readonly deadline: Deadline;
  readonly closed: Promise<void>;
}

/** Composes a client: publisher, subscriptions, tails, calls, administration and their connection. */
export class Session<C extends Contract>
  extends Emitter<ClientEvents<QueueName<C>>>
  implements QueueClient<C>
{
  readonly name: string;
  readonly admin: Admin<C>;
  readonly #administration: LazyAdministration<C>;
  readonly #contract: C;
  readonly #runtime: Runtime;
  readonly #connection: Connection;
  readonly #agreements: Agreements;
  readonly #publisher: Publisher;
  /** Traces, where it was asked for. */
  readonly #publishing: MessagePublisher;
  readonly #tails: Tails;
  readonly #subscriptions: LazySubscriptions;
  readonly #calls: LazyCalls;
  readonly #services: readonly Service[];
  readonly #handling: readonly Handling[];
  readonly #unhandled: UnhandledEvents;
  #closing: Closing | undefined;

  constructor(contract: C, options: ConnectOptions, runtime: Runtime) {
    checkConnect(contract, options);
    const { window, tracing, requireContract = false } = options;
    const unhandled = new UnhandledEvents(runtime, serverOf(options.url));
    super(runtime.report, unhandled.log);
    this.#unhandled = unhandled;
    this.name = nameOf(options, runtime);
    this.#contract = contract;
    this.#runtime = runtime;
    this.#connection = this.#connect(options);
    const server = this.#connection;
    const agreements = new Agreements({ server, runtime, emitter: this, isRequired: requireContract });
    this.#agreements = agreements;
    this.#publisher = this.#makePublisher(options);
    this.#publishing = tracing?.publisher(this.#publisher) ?? this.#publisher;
    const { socket } = server;
    const consuming = { server, socket, agreements, runtime, emitter: this, window, tracing };
    this.#subscriptions = new LazySubscriptions(consuming);
    this.#tails = new Tails(consuming);
    this.#tails.listen(socket);
    const checkOpen = (): void => this.#checkOpen();
    this.#administration = new LazyAdministration<C>({ contract, server, runtime, checkOpen });
    this.admin = this.#administration.admin;
    const rules = { contract, validate: options.validate ?? false, now: runtime.now };
    this.#calls = new LazyCalls({ ...consuming, rules, checkOpen });
    this.#services = [this.#publisher, this.#subscriptions, this.#tails, this.#administration, this.#calls];
    this.#handling = [this.#calls, this.#subscriptions];
    // Listeners are added when the constructor has returned.
    if (exposesToken(options))
      runtime.defer(() => this.emit('token:exposed', { server: serverOf(options.url) }));
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  publish<Delay extends number | undefined, At extends Date | number | undefined>(
    queue: string,
    event: string,
    payload: unknown,
    options?: ScheduleOptions<Delay, At>,
  ): Promise<PublishReceipt<Delay, At>> {
    // Safe: with a time it is the receipt of a scheduled message.
    return this.#publishing.publish(queue, event, payload, options) as Promise<PublishReceipt<Delay, At>>;
  }

  publishBatch(queue: string, messages: readonly unknown[], options?: BatchOptions): Promise<BatchReceipt> {
    return this.#publishing.publishBatch(queue, messages, options);
  }

  subscribe<Q extends string>(
    queue: Q,
    options: SubscribeOptions<string>,
    handler: unknown,
  ): Subscription<Q> {
    this.#checkOpen();
    const subscription = this.#subscriptions.open(definitionOf(this.#contract, queue), options, handler);
    // Safe: it has the name of this queue.
    return subscription as unknown as Subscription<Q>;
  }

  tail<M extends AnyMessage>(queue: string, options: TailOptions<string> = {}): Tail<M> {
    this.#checkOpen();
    // Safe: the server sends these events only, and messages that do not match the contract are not among them.
    return this.#tails.open(definitionOf(this.#contract, queue), options) as Tail<M>;
  }

  call<Q extends QueueName<C>, K extends CallName<C, Q>>(
    queue: Q,
    name: K,
    input: unknown,
    options?: OptionsOf<C, Q, K>,
  ): Called<C, Q, K> {
    // Safe: of its output or its items, only those come that match the contract.
    return this.#calls.call(queue, name, input, options) as Called<C, Q, K>;
  }

  attach<Q extends QueueName<C>, K extends DurableCallName<C, Q>>(
    queue: Q,
    name: K,
    id: string,
    options?: WaitOptions,
  ): Called<C, Q, K> {
    // Safe: as above.
    return this.#calls.attach(queue, name, id, options) as unknown as Called<C, Q, K>;
  }

  serve<Q extends string>(queue: Q, responders: unknown, options?: ServeOptions<string>): Serving<Q> {
    // Safe: it has the name of this queue.
    return this.#calls.serve(queue, responders, options) as Serving<Q>;
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: CloseOptions = {}): Promise<void> {
    const inHandler = this.#handling.some(({ calling }) => calling);
    const { deadline, closed } = (this.#closing ??= this.#begin(new Deadline(this.#runtime, timeoutMs)));
    if (!inHandler) return closed;
    const othersSettled = this.#handling.map((each) => each.othersSettled(deadline));
    return Promise.race([closed, Promise.all(othersSettled).then(() => this.#publisher.empty())]);
  }

  #begin(deadline: Deadline): Closing {
    return { deadline, closed: this.#close(deadline) };
  }

  async #close(deadline: Deadline): Promise<void> {
    this.#tails.close();
    await Promise.all(this.#handling.map((each) => each.leave(deadline)));
    await deadline.within(this.#publisher.empty());
    deadline.cancel();
    const closed = new QueueError('closed', 'The client is closed.');
    // A running handler may have opened more.
    this.#tails.close();
    for (const service of [this.#publisher, this.#administration, this.#calls]) service.fail(closed);
    this.#connection.close();
  }

  #makePublisher({ validate = false, outbox = {} }: ConnectOptions): Publisher {
    const { maxMessages = 100_000, maxBytes = 64 * 1024 * 1024 } = outbox;
    return new Publisher({
      rules: { contract: this.#contract, validate, newId: this.#runtime.newId },
      limits: { maxMessages, maxBytes },
      server: this.#connection,
      agreements: this.#agreements,
      runtime: this.#runtime,
      checkOpen: () => this.#checkOpen(),
    });
  }

  #connect({ url, path, ca, token, reconnect = {} }: ConnectOptions): Connection {
    const { minDelayMs = 500, maxDelayMs = 5_000 } = reconnect;
    const { newSecret, newId } = this.#runtime;
    return new Connection({
      name: serverOf(url),
      options: { url, path, ca, reconnect: { minDelayMs, maxDelayMs } },
      // Servers of version 1 identify the client by `client`, and show it; later ones by the secret.
      handshake: { secret: newSecret(), name: this.name, client: newId() },
      token,
      runtime: this.#runtime,
      emitter: this,
      onConnected: () => {
        this.#unhandled.connected();
        for (const service of this.#services) service.online();
      },
      onExpired: () => this.#publisher.offline(),
      onRenewed: () => this.#publisher.online(),
      onDisconnected: () => {
        this.#agreements.offline();
        for (const service of this.#services) service.offline();
      },
      onRefused: (error) => this.#services.forEach((service) => service.fail(error)),
    });
  }

  #checkOpen(): void {
    const { state } = this;
    if (state.kind === 'refused') throw state.error;
    // A running handler may still need its client.
    if (this.#closing !== undefined && !this.#handling.some(({ busy }) => busy))
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
