import { QueueError, type AnyMessage, type QueueDefinition } from '@typed-queue/contracts';
import {
  DEFAULT_WINDOW_MESSAGES,
  type GrantHeader,
  type Revocation,
  type Subscribed,
} from '@typed-queue/contracts/wire';
import type { QueueUse } from '../agreement/agreements.js';
import type { CloseOptions, Subscription } from '../client.js';
import type { Requests } from '../connection/requests.js';
import { Deadline, DEFAULT_CLOSE_MS } from '../deadline.js';
import { deferred } from '../deferred.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { ContractCheck } from '../messages/contract-check.js';
import { frameMessages } from '../messages/lazy-messages.js';
import type { Runtime } from '../runtime.js';
import type { Tracing } from '../tracing.js';
import { failOf } from '../failures/declared-failure.js';
import { failedDelivery } from './handler-outcome.js';
import { HandlerScheduler, type HandlerSchedulerDeps } from './handler-scheduler.js';
import { GroupEvents } from './group-events.js';
import { ExtensionTimer, LeaseClock } from './lease-clock.js';
import type { AnyHandler, HandlerContext } from './handler.js';
import { LeaseLoss } from './lease-loss.js';
import { Membership, type MembershipDeps, type NamedLeases } from './membership.js';
import { OutcomeSender } from './outcome-sender.js';

export interface SubscriptionDeps
  extends
    Pick<HandlerSchedulerDeps, 'handle' | 'concurrency' | 'timeoutMs'>,
    Pick<MembershipDeps, 'request'> {
  /** The queue, as the contract of this client has it. */
  readonly definition: QueueDefinition;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random' | 'now' | 'wallNow' | 'scope'>;
  readonly emitter: Emitter<ClientEvents>;
  readonly use: QueueUse;
  readonly tracing?: Tracing | undefined;
  /** Left, or refused permanently. */
  readonly onEnd: () => void;
}

/**
 * A subscription over all reconnects.
 * - `open`: a member whenever there is a connection.
 * - `leaving`: starts no more handlers, waits for the running ones and until their outcomes are settled. Stays a
 *   member until then, so that it keeps their leases.
 * - `ended`: left, or refused permanently.
 */
export class GroupSubscription implements Subscription {
  readonly queue: string;
  readonly group: string;
  readonly #deps: SubscriptionDeps;
  readonly #events: GroupEvents;
  readonly #contract: ContractCheck;
  readonly #scheduler: HandlerScheduler;
  readonly #outcomes: OutcomeSender;
  readonly #membership: Membership;
  readonly #leases: LeaseClock;
  readonly #extensions: ExtensionTimer;
  readonly #leaseLoss: LeaseLoss;
  readonly #ready = deferred();
  readonly #ended = deferred();
  #state: 'open' | 'leaving' | 'ended' = 'open';
  #left: Promise<void> | undefined;

  constructor(deps: SubscriptionDeps) {
    const { runtime, emitter, definition } = deps;
    const { queue, group, settings } = deps.request;
    this.queue = queue;
    this.group = group;
    this.#deps = deps;
    this.#events = new GroupEvents(emitter, { queue, group, maxAttempts: settings?.maxAttempts });
    this.#contract = new ContractCheck(definition);
    this.#leases = new LeaseClock({ runtime, onExpired: (token) => this.#leaseLoss.expired(token) });
    this.#extensions = new ExtensionTimer(runtime, () => {
      this.#leases.check();
      this.#scheduler.extend();
    });
    this.#scheduler = this.#makeScheduler();
    this.#leaseLoss = new LeaseLoss(this.#scheduler, this.#events);
    this.#outcomes = this.#makeOutcomeSender();
    this.#membership = this.#makeMembership();
    // It may be ignored.
    this.#ready.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  /** Whether handlers are running. */
  get busy(): boolean {
    return this.#scheduler.busy;
  }
  /** Whether the caller is one of the handlers, as far as the platform knows. */
  get calling(): boolean {
    return this.#scheduler.calling;
  }

  online(): void {
    this.#deps.use.begin(
      () => {
        if (this.#state !== 'ended') this.#membership.online();
      },
      (error) => this.#refused(error),
    );
  }

  offline(): void {
    this.#membership.offline();
    this.#outcomes.offline();
    this.#leases.disconnected();
    this.#contract.offline();
  }

  granted(header: GrantHeader, data: Uint8Array | ArrayBuffer): void {
    try {
      const messages = frameMessages(data, this.queue);
      this.#extensions.start(header.leaseMs);
      this.#scheduler.accept(header, messages);
      if (this.#state === 'leaving') this.#scheduler.release();
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      this.#events.error(error);
    }
  }

  /** The server takes messages back. */
  revoked(revocation: Revocation): void {
    this.#leaseLoss.revoked(revocation);
  }

  /** Gives back the messages that no handler has begun. */
  release(): void {
    this.#scheduler.release();
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: CloseOptions = {}): Promise<void> {
    const deadline = new Deadline(this.#deps.runtime, timeoutMs);
    const left = this.leave(deadline).finally(() => deadline.cancel());
    return this.calling ? this.othersSettled() : left;
  }

  leave(deadline: Deadline): Promise<void> {
    return (this.#left ??= this.#leave(deadline));
  }

  /** For a calling handler: resolves when all outcomes are settled except those of handlers that await this too. */
  async othersSettled(): Promise<void> {
    await Promise.race([this.#scheduler.othersIdle(), this.#ended.promise]);
    await Promise.race([this.#outcomes.idle(), this.#ended.promise]);
  }

  /** The server refused this client permanently. */
  fail(error: QueueError): void {
    this.#end(error);
  }

  async #leave(deadline: Deadline): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'leaving';
    this.#scheduler.stop();
    this.#membership.pause();
    this.#scheduler.release();
    const wait = (something: Promise<void>) =>
      deadline.within(Promise.race([something, this.#ended.promise]));
    await wait(this.#scheduler.idle());
    await wait(this.#outcomes.idle());
    await wait(this.#membership.leave());
    this.#end(new QueueError('closed', `The subscription of "${this.group}" to "${this.queue}" is closed.`));
  }

  #end(reason: QueueError): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#scheduler.end();
    this.#extensions.stop();
    this.offline();
    for (const token of this.#scheduler.tokens) this.#scheduler.lose(token, reason);
    this.#leases.stop();
    this.#ready.reject(reason);
    this.#ended.resolve();
    this.#deps.onEnd();
  }

  #refused(error: QueueError): void {
    this.#end(error);
    this.#events.error(error);
  }

  #joined(named: NamedLeases, { tokens, contract, reset }: Subscribed): void {
    const kept = new Set(tokens);
    this.#leases.answered(named.sent);
    this.#leases.extended(kept, named.sent);
    this.#leaseLoss.rejoined(named.tokens, kept);
    this.#contract.served(contract);
    this.#deps.use.served(contract);
    if (reset !== undefined) this.#events.reset(reset);
    this.#outcomes.online(kept);
    this.#scheduler.resume();
    if (this.#state === 'leaving') this.#membership.pause();
    this.#ready.resolve();
  }

  #makeScheduler(): HandlerScheduler {
    const { definition, handle, concurrency, timeoutMs, runtime, tracing } = this.#deps;
    const read: AnyHandler = (message, context) =>
      this.#contract.isValidated(message) ? handle(message, context) : this.#handleRead(message, context);
    return new HandlerScheduler({
      concurrency,
      timeoutMs,
      runtime,
      leases: this.#leases,
      handle: tracing?.handler(read, this.group) ?? read,
      onOutcome: () => this.#outcomes.schedule(),
      fail: failOf(definition),
      judge: (failure) => failedDelivery(definition, failure, runtime.random),
      onFailure: (failed) => this.#events.failed(failed),
      onSlow: (slow) => this.#events.slow(slow),
    });
  }

  /** Calls the handler with the message as this client's contract has it. @throws ContractMismatch */
  #handleRead(message: AnyMessage, context: HandlerContext): unknown {
    const reading = this.#contract.read(message);
    if (reading.kind === 'message') return this.#deps.handle(reading.message, context);
    if (reading.kind === 'mismatch') throw reading.mismatch;
    return reading.loaded.then(() =>
      context.signal.aborted ? undefined : this.#handleRead(message, context),
    );
  }

  #makeOutcomeSender(): OutcomeSender {
    const { server, runtime, request } = this.#deps;
    return new OutcomeSender({
      subscription: request.subscription,
      window: request.window?.messages ?? DEFAULT_WINDOW_MESSAGES,
      server,
      runtime,
      leases: this.#leases,
      settlements: (number) => this.#scheduler.settlements(number),
      hasOutcomes: () => this.#scheduler.hasOutcomes,
      onSettled: (number, isUnanswered) => this.#scheduler.settled(number, isUnanswered),
      onLost: (leases) => this.#leaseLoss.refused(leases),
      onError: (error) => this.#events.error(error),
    });
  }

  #makeMembership(): Membership {
    return new Membership({
      ...this.#deps,
      nameLeases: () => ({ tokens: this.#scheduler.tokens, sent: this.#leases.now() }),
      onJoined: (named, subscribed) => this.#joined(named, subscribed),
      onRetry: (error) => this.#events.error(error),
      onRefused: (error) => this.#refused(error),
    });
  }
}
