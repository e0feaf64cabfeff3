import type { QueueDefinition, QueueError } from '@typed-queue/contracts';
import type { Agreements } from '../agreement/agreements.js';
import type { Requests } from '../connection/requests.js';
import type { ClientSocket } from '../connection/socket.js';
import type { Deadline } from '../deadline.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Handling, Service } from '../lazy-service.js';
import type { Runtime } from '../runtime.js';
import { GroupSubscription } from './group-subscription.js';
import { anyHandler } from './handler.js';
import { concurrencyOf, handlerTimeoutOf, requestOf, type SubscribeOptions } from './subscribe-options.js';
import type { Tracing } from '../tracing.js';
import type { Window } from '../window.js';

export interface SubscriptionsDeps {
  readonly socket: Pick<ClientSocket, 'on'>;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random' | 'now' | 'wallNow' | 'scope'>;
  readonly emitter: Emitter<ClientEvents>;
  readonly agreements: Agreements;
  /** For subscriptions without one of their own. */
  readonly window: Window | undefined;
  readonly tracing: Tracing | undefined;
}

/** The subscriptions of a client. */
export class Subscriptions implements Service, Handling {
  readonly #deps: SubscriptionsDeps;
  readonly #subscriptions = new Map<string, GroupSubscription>();
  #opened = 0;
  #online = false;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
    this.#listen(deps.socket);
  }

  /** Whether handlers are running. */
  get busy(): boolean {
    return [...this.#subscriptions.values()].some(({ busy }) => busy);
  }

  /** The options and the handler were checked. */
  open(definition: QueueDefinition, options: SubscribeOptions<string>, handler: unknown): GroupSubscription {
    const { window, server, runtime, emitter, agreements, tracing } = this.#deps;
    const queue = definition.name;
    // Without the group's name, which may be long: the server accepts 128 characters.
    const name = `${queue}/${++this.#opened}`;
    const subscription = new GroupSubscription({
      server,
      runtime,
      emitter,
      definition,
      use: agreements.use('read', definition, options.events),
      request: {
        ...requestOf(name, queue, { ...options, window: options.window ?? window }),
        knows: Object.keys(definition.events),
      },
      concurrency: concurrencyOf(options),
      timeoutMs: handlerTimeoutOf(options),
      handle: anyHandler(handler),
      tracing,
      onEnd: () => this.#subscriptions.delete(name),
    });
    this.#subscriptions.set(name, subscription);
    if (this.#online) subscription.online();
    return subscription;
  }

  online(): void {
    this.#online = true;
    for (const subscription of this.#subscriptions.values()) subscription.online();
  }

  offline(): void {
    this.#online = false;
    for (const subscription of this.#subscriptions.values()) subscription.offline();
  }

  /** Whether the caller is a handler, as far as the platform knows. */
  get calling(): boolean {
    return [...this.#subscriptions.values()].some(({ calling }) => calling);
  }

  /** For a handler that closes the client: resolves when everything is settled except handlers that await this too. */
  async othersSettled(deadline: Deadline): Promise<void> {
    await Promise.all(
      [...this.#subscriptions.values()].map((subscription) =>
        subscription.calling ? subscription.othersSettled() : subscription.leave(deadline),
      ),
    );
  }

  async leave(deadline: Deadline): Promise<void> {
    await Promise.all([...this.#subscriptions.values()].map((subscription) => subscription.leave(deadline)));
  }

  /** The server refused this client permanently. */
  fail(error: QueueError): void {
    for (const subscription of this.#subscriptions.values()) subscription.fail(error);
  }

  #listen(socket: Pick<ClientSocket, 'on'>): void {
    socket.on('grant:frame', (header, frames) =>
      this.#subscriptions.get(header.subscription)?.granted(header, frames),
    );
    socket.on('revoke', (revocation) =>
      this.#subscriptions.get(revocation.subscription)?.revoked(revocation),
    );
    socket.on('draining', () => {
      for (const subscription of this.#subscriptions.values()) subscription.release();
    });
    socket.on('gap', (gap) => this.#deps.emitter.emit('gap', gap));
    socket.on('passed-over', (passed) => this.#deps.emitter.emit('passed-over', passed));
    socket.on('stalled', (group) => this.#deps.emitter.emit('stalled', group));
    socket.on('dead-letters:expired', (lost) => this.#deps.emitter.emit('dead-letters:expired', lost));
  }
}
