import { QueueError, type QueueDefinition } from '@typed-queue/contracts';
import type { GrantHeader, Revocation, Subscribed } from '@typed-queue/contracts/wire';
import type { CloseOptions, Subscription } from '../client.js';
import { ContractCheck } from './contract-check.js';
import { Deadline, DEFAULT_CLOSE_MS } from '../deadline.js';
import { deferred } from '../deferred.js';
import { grantedMessages } from './granted.js';
import { GroupEvents } from './group-events.js';
import { LeaseClock } from './lease-clock.js';
import { LeaseTimer } from './lease-timer.js';
import { Losses } from './losses.js';
import { Membership, type Asked, type MembershipParts } from './membership.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';
import { Settling } from './settling.js';
import { Work, type WorkParts } from './work.js';

export interface SubscriptionParts
  extends Pick<WorkParts, 'handle' | 'concurrency' | 'timeoutMs'>, Pick<MembershipParts, 'request'> {
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
  readonly #parts: SubscriptionParts;
  readonly #events: GroupEvents;
  readonly #contract: ContractCheck;
  readonly #work: Work;
  readonly #settling: Settling;
  readonly #membership: Membership;
  readonly #leases: LeaseClock;
  readonly #extending: LeaseTimer;
  readonly #losses: Losses;
  readonly #ready = deferred();
  readonly #ended = deferred();
  #state: 'open' | 'leaving' | 'ended' = 'open';
  #left: Promise<void> | undefined;

  constructor(parts: SubscriptionParts) {
    this.queue = parts.request.queue;
    this.group = parts.request.group;
    this.#parts = parts;
    const { maxAttempts } = parts.request.settings ?? {};
    this.#events = new GroupEvents(parts.emitter, { queue: this.queue, group: this.group, maxAttempts });
    this.#contract = new ContractCheck(parts.definition);
    this.#leases = new LeaseClock({
      runtime: parts.runtime,
      onEnded: (token) => this.#losses.ended(token),
    });
    this.#extending = new LeaseTimer(parts.runtime, () => {
      this.#leases.check();
      this.#work.extend();
    });
    this.#work = this.#makeWork();
    this.#losses = new Losses(this.#work, this.#events);
    this.#settling = this.#makeSettling();
    this.#membership = new Membership({
      ...parts,
      ask: () => ({ tokens: this.#work.tokens, at: this.#leases.now() }),
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
    return this.#work.busy;
  }
  /** Whether the caller is one of the handlers, as far as the platform can tell. */
  get calling(): boolean {
    return this.#work.calling;
  }

  online(): void {
    this.#membership.online();
  }

  offline(): void {
    this.#membership.offline();
    this.#settling.offline();
    this.#leases.disconnected();
    this.#contract.offline();
  }

  granted(header: GrantHeader, data: Uint8Array | ArrayBuffer): void {
    try {
      const messages = grantedMessages(data, this.queue);
      this.#extending.start(header.leaseMs);
      this.#work.accept(header, messages);
      if (this.#state === 'leaving') this.#work.release();
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      this.#events.error(error);
    }
  }

  /** The server takes messages back. */
  revoked(revocation: Revocation): void {
    this.#losses.revoked(revocation);
  }

  /** Gives back what no handler has taken. */
  release(): void {
    this.#work.release();
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: CloseOptions = {}): Promise<void> {
    const deadline = new Deadline(this.#parts.runtime, timeoutMs);
    const left = this.leave(deadline).finally(() => deadline.cancel());
    return this.calling ? this.othersSettled() : left;
  }

  leave(deadline: Deadline): Promise<void> {
    return (this.#left ??= this.#leave(deadline));
  }

  /** For a calling handler: resolves when all outcomes are settled except those of handlers that await this too. */
  async othersSettled(): Promise<void> {
    await Promise.race([this.#work.othersIdle(), this.#ended.promise]);
    await Promise.race([this.#settling.idle(), this.#ended.promise]);
  }

  /** The server will never have this client. */
  fail(error: QueueError): void {
    this.#end(error);
  }

  async #leave(deadline: Deadline): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'leaving';
    this.#work.stop();
    this.#membership.pause();
    this.#work.release();
    const wait = (something: Promise<void>) =>
      deadline.within(Promise.race([something, this.#ended.promise]));
    await wait(this.#work.idle());
    await wait(this.#settling.idle());
    await wait(this.#membership.leave());
    this.#end(new QueueError('closed', `The subscription of "${this.group}" to "${this.queue}" is closed.`));
  }

  #end(reason: QueueError): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#work.end();
    this.#extending.stop();
    this.offline();
    for (const token of this.#work.tokens) this.#work.lose(token, reason);
    this.#leases.stop();
    this.#ready.reject(reason);
    this.#ended.resolve();
    this.#parts.onEnd();
  }

  #joined({ tokens: asked, at }: Asked, { tokens, contract, reset }: Subscribed): void {
    const held = new Set(tokens);
    this.#leases.extended(held, at);
    this.#losses.kept(asked, held);
    this.#contract.served(contract);
    if (reset !== undefined) this.#events.reset(reset);
    this.#settling.online(held);
    this.#work.resume();
    if (this.#state === 'leaving') this.#membership.pause();
    this.#ready.resolve();
  }

  #makeWork(): Work {
    const { handle, concurrency, timeoutMs, runtime } = this.#parts;
    return new Work({
      ...{ concurrency, timeoutMs, runtime, leases: this.#leases },
      handle: this.#contract.before(handle),
      onOutcome: () => this.#settling.tell(),
      onFailure: (failure) => this.#events.failed(failure),
      onSlow: (slow) => this.#events.slow(slow),
    });
  }

  #makeSettling(): Settling {
    const { server, runtime, request } = this.#parts;
    return new Settling({
      subscription: request.subscription,
      server,
      runtime,
      leases: this.#leases,
      settlements: () => this.#work.settlements(),
      untold: () => this.#work.untold,
      onTold: () => this.#work.told(),
      onLost: (leases) => this.#losses.refused(leases),
      onError: (error) => this.#events.error(error),
    });
  }
}
