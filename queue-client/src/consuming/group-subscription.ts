import {
  QueueError,
  type GrantHeader,
  type QueueDefinition,
  type Revocation,
  type Subscribed,
} from '@typed-queue/contracts';
import type { CloseOptions, Subscription } from '../client.js';
import { ContractCheck } from './contract-check.js';
import { Deadline, DEFAULT_CLOSE_MS } from '../deadline.js';
import { deferred } from '../deferred.js';
import { grantedMessages } from './granted.js';
import { GroupEvents } from './group-events.js';
import { LeaseTimer } from './lease-timer.js';
import { Losses } from './losses.js';
import { Membership, type MembershipParts } from './membership.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';
import { Settling } from './settling.js';
import { Work, type WorkParts } from './work.js';

export interface SubscriptionParts
  extends Pick<WorkParts, 'handle' | 'concurrency'>, Pick<MembershipParts, 'request'> {
  /** The queue, as the contract of this client has it. */
  readonly definition: QueueDefinition;
  readonly server: Server;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random'>;
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
  readonly #leases: LeaseTimer;
  readonly #losses: Losses;
  readonly #ready = deferred();
  readonly #ended = deferred();
  #state: 'open' | 'leaving' | 'ended' = 'open';
  #left: Promise<void> | undefined;

  constructor(parts: SubscriptionParts) {
    this.queue = parts.request.queue;
    this.group = parts.request.group;
    this.#parts = parts;
    this.#events = new GroupEvents(parts.emitter, this.queue, this.group);
    this.#contract = new ContractCheck(parts.definition);
    this.#leases = new LeaseTimer(parts.runtime, () => this.#work.extend());
    this.#work = this.#makeWork();
    this.#losses = new Losses(this.#work, this.#events);
    this.#settling = this.#makeSettling();
    this.#membership = new Membership({
      ...parts,
      tokens: () => this.#work.tokens,
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

  online(): void {
    this.#membership.online();
  }

  offline(): void {
    this.#membership.offline();
    this.#settling.offline();
    this.#contract.offline();
  }

  granted(header: GrantHeader, data: Uint8Array | ArrayBuffer): void {
    try {
      const messages = grantedMessages(data, this.queue);
      this.#leases.start(header.leaseMs);
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
    return this.leave(deadline).finally(() => deadline.cancel());
  }

  leave(deadline: Deadline): Promise<void> {
    return (this.#left ??= this.#leave(deadline));
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
    this.#work.stop();
    this.#leases.stop();
    this.offline();
    for (const token of this.#work.tokens) this.#work.lose(token, reason);
    this.#ready.reject(reason);
    this.#ended.resolve();
    this.#parts.onEnd();
  }

  #joined(asked: readonly number[], { tokens, contract, reset }: Subscribed): void {
    const held = new Set(tokens);
    this.#losses.kept(asked, held);
    this.#contract.served(contract);
    if (reset !== undefined) this.#events.reset(reset);
    this.#settling.online(held);
    this.#work.resume();
    if (this.#state === 'leaving') this.#membership.pause();
    this.#ready.resolve();
  }

  #makeWork(): Work {
    const { handle, concurrency } = this.#parts;
    return new Work({
      handle: this.#contract.before(handle),
      concurrency,
      onOutcome: () => this.#settling.tell(),
      onFailure: (failure) => this.#events.failed(failure),
    });
  }

  #makeSettling(): Settling {
    const { server, runtime, request } = this.#parts;
    return new Settling({
      subscription: request.subscription,
      server,
      runtime,
      settlements: () => this.#work.settlements(),
      untold: () => this.#work.untold,
      onTold: () => this.#work.told(),
      onLost: (leases) => this.#losses.refused(leases),
      onError: (error) => this.#events.error(error),
    });
  }
}
