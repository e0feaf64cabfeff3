import {
  QueueError,
  type GrantHeader,
  type QueueDefinition,
  type Revocation,
  type Subscribed,
} from '@typed-queue/contracts';
import type { CloseOptions, Subscription } from '../client.js';
import { ContractCheck } from '../messages/contract-check.js';
import { Deadline, DEFAULT_CLOSE_MS } from '../deadline.js';
import { deferred } from '../deferred.js';
import { frameMessages } from '../messages/lazy-messages.js';
import { GroupEvents } from './group-events.js';
import { LeaseClock } from './lease-clock.js';
import { LeaseTimer } from './lease-timer.js';
import { LeaseLoss } from './lease-loss.js';
import { Membership, type Asked, type MembershipDeps } from './membership.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';
import { OutcomeSender } from './outcome-sender.js';
import { GrantScheduler, type GrantSchedulerDeps } from './grant-scheduler.js';

export interface SubscriptionDeps
  extends Pick<GrantSchedulerDeps, 'handle' | 'concurrency' | 'timeoutMs'>, Pick<MembershipDeps, 'request'> {
  /** The queue, as the contract of this client has it. */
  readonly definition: QueueDefinition;
  readonly server: Server;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random' | 'now' | 'wallNow' | 'scope'>;
  readonly emitter: Emitter<ClientEvents>;
  /** Left, or refused for good. */
  readonly onEnd: () => void;
}

/**
 * A subscription over all reconnects.
 * - `open`: a member whenever there is a connection; each new one is told which leases are in hand.
 * - `leaving`: starts no more handlers, waits for those at work and for their outcomes to be told. Stays a member
 *   until then, so that their leases hold.
 * - `ended`: left, or refused for good.
 */
export class GroupSubscription implements Subscription {
  readonly queue: string;
  readonly group: string;
  readonly #deps: SubscriptionDeps;
  readonly #events: GroupEvents;
  readonly #contract: ContractCheck;
  readonly #scheduler: GrantScheduler;
  readonly #outcomeSender: OutcomeSender;
  readonly #membership: Membership;
  readonly #leases: LeaseClock;
  readonly #extending: LeaseTimer;
  readonly #leaseLoss: LeaseLoss;
  readonly #ready = deferred();
  readonly #ended = deferred();
  #state: 'open' | 'leaving' | 'ended' = 'open';
  #left: Promise<void> | undefined;

  constructor(deps: SubscriptionDeps) {
    this.queue = deps.request.queue;
    this.group = deps.request.group;
    this.#deps = deps;
    const { maxAttempts } = deps.request.settings ?? {};
    this.#events = new GroupEvents(deps.emitter, { queue: this.queue, group: this.group, maxAttempts });
    this.#contract = new ContractCheck(deps.definition);
    this.#leases = new LeaseClock({
      runtime: deps.runtime,
      onEnded: (token) => this.#leaseLoss.ended(token),
    });
    this.#extending = new LeaseTimer(deps.runtime, () => {
      this.#leases.check();
      this.#scheduler.extend();
    });
    this.#scheduler = this.#makeScheduler();
    this.#leaseLoss = new LeaseLoss(this.#scheduler, this.#events);
    this.#outcomeSender = this.#makeOutcomeSender();
    this.#membership = new Membership({
      ...deps,
      ask: () => ({ tokens: this.#scheduler.tokens, at: this.#leases.now() }),
      onJoined: (asked, subscribed) => this.#joined(asked, subscribed),
      onHeld: (error) => this.#events.error(error),
      onRefused: (error) => {
        this.#end(error);
        this.#events.error(error);
      },
    });
    // Nobody has to wait for it.
    this.#ready.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  /** Whether handlers are running. */
  get busy(): boolean {
    return this.#scheduler.busy;
  }
  /** Whether the caller is one of the handlers, as far as the platform can tell. */
  get calling(): boolean {
    return this.#scheduler.calling;
  }

  online(): void {
    this.#membership.online();
  }

  offline(): void {
    this.#membership.offline();
    this.#outcomeSender.offline();
    this.#leases.disconnected();
    this.#contract.offline();
  }

  granted(header: GrantHeader, data: Uint8Array | ArrayBuffer): void {
    try {
      const messages = frameMessages(data, this.queue);
      this.#extending.start(header.leaseMs);
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

  /** Gives back what no handler has taken. */
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
    await Promise.race([this.#outcomeSender.idle(), this.#ended.promise]);
  }

  /** The server will never have this client. */
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
    await wait(this.#outcomeSender.idle());
    await wait(this.#membership.leave());
    this.#end(new QueueError('closed', `The subscription of "${this.group}" to "${this.queue}" is closed.`));
  }

  #end(reason: QueueError): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#scheduler.end();
    this.#extending.stop();
    this.offline();
    for (const token of this.#scheduler.tokens) this.#scheduler.lose(token, reason);
    this.#leases.stop();
    this.#ready.reject(reason);
    this.#ended.resolve();
    this.#deps.onEnd();
  }

  #joined({ tokens: asked, at }: Asked, { tokens, contract, reset }: Subscribed): void {
    const held = new Set(tokens);
    this.#leases.extended(held, at);
    this.#leaseLoss.kept(asked, held);
    this.#contract.served(contract);
    if (reset !== undefined) this.#events.reset(reset);
    this.#outcomeSender.online(held);
    this.#scheduler.resume();
    if (this.#state === 'leaving') this.#membership.pause();
    this.#ready.resolve();
  }

  #makeScheduler(): GrantScheduler {
    const { handle, concurrency, timeoutMs, runtime } = this.#deps;
    return new GrantScheduler({
      ...{ concurrency, timeoutMs, runtime, leases: this.#leases },
      handle: (message, context) => {
        this.#contract.assertMatches(message);
        return handle(message, context);
      },
      onOutcome: () => this.#outcomeSender.tell(),
      onFailure: (failure) => this.#events.failed(failure),
      onSlow: (slow) => this.#events.slow(slow),
    });
  }

  #makeOutcomeSender(): OutcomeSender {
    const { server, runtime, request } = this.#deps;
    return new OutcomeSender({
      subscription: request.subscription,
      server,
      runtime,
      leases: this.#leases,
      settlements: () => this.#scheduler.settlements(),
      untold: () => this.#scheduler.untold,
      onTold: () => this.#scheduler.told(),
      onLost: (leases) => this.#leaseLoss.refused(leases),
      onError: (error) => this.#events.error(error),
    });
  }
}
