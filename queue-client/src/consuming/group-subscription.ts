import { QueueError, type GrantHeader, type Range } from '@typed-queue/contracts';
import type { CloseOptions, Subscription } from '../client.js';
import { Deadline, DEFAULT_CLOSE_MS } from '../deadline.js';
import { deferred } from '../deferred.js';
import { grantedMessages } from './granted.js';
import { Joining, type JoiningParts } from './joining.js';
import { LeaseTimer } from './lease-timer.js';
import { mergeRanges } from './ranges.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';
import { Settling } from './settling.js';
import { Work, type WorkParts } from './work.js';

export interface SubscriptionParts
  extends Pick<WorkParts, 'handle' | 'concurrency'>, Pick<JoiningParts, 'request'> {
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
  readonly #work: Work;
  readonly #settling: Settling;
  readonly #joining: Joining;
  readonly #leases: LeaseTimer;
  readonly #ready = deferred();
  readonly #ended = deferred();
  #state: 'open' | 'leaving' | 'ended' = 'open';
  #left: Promise<void> | undefined;
  #disconnected = deferred();

  constructor(parts: SubscriptionParts) {
    this.queue = parts.request.queue;
    this.group = parts.request.group;
    this.#parts = parts;
    this.#leases = new LeaseTimer(parts.runtime, () => this.#work.extend());
    this.#work = this.#makeWork();
    this.#settling = this.#makeSettling();
    this.#joining = new Joining({
      ...parts,
      tokens: () => this.#work.tokens,
      onJoined: (asked, held) => this.#joined(asked, held),
      onRefused: (error) => {
        this.#end(error);
        this.#report(error);
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
    this.#disconnected = deferred();
    this.#joining.online();
  }

  offline(): void {
    this.#joining.offline();
    this.#settling.offline();
    this.#disconnected.resolve();
  }

  granted(header: GrantHeader, data: Uint8Array | ArrayBuffer): void {
    try {
      const messages = grantedMessages(data, this.queue);
      this.#leases.start(header.leaseMs);
      this.#work.accept(header, messages);
      if (this.#state === 'leaving') this.#work.release();
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      this.#report(error);
    }
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
    this.#pause();
    this.#work.release();
    const wait = (something: Promise<void>) =>
      deadline.within(Promise.race([something, this.#ended.promise]));
    await wait(this.#work.idle());
    await wait(this.#settling.idle());
    await wait(this.#unsubscribe());
    this.#end(new QueueError('closed', `The subscription of "${this.group}" to "${this.queue}" is closed.`));
  }

  /** No more grants: others can have what this member would only keep waiting. */
  #pause(): void {
    if (this.#joining.asked) this.#parts.server.pause(this.#parts.request.subscription, () => undefined);
  }

  #unsubscribe(): Promise<void> {
    if (!this.#joining.asked) return Promise.resolve();
    const answered = deferred();
    this.#parts.server.unsubscribe(this.#parts.request.subscription, answered.resolve);
    return Promise.race([answered.promise, this.#disconnected.promise]);
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

  #joined(asked: readonly number[], held: ReadonlySet<number>): void {
    for (const token of asked) {
      if (!held.has(token)) this.#lose(token, []);
    }
    this.#settling.online(held);
    this.#work.extend();
    if (this.#state === 'leaving') this.#pause();
    this.#ready.resolve();
  }

  #lose(token: number, named: readonly Range[]): void {
    const { queue, group } = this;
    const text = `The lease ${token} of "${group}" on "${queue}" is lost: its messages go out again.`;
    const dropped = this.#work.lose(token, new QueueError('lease_lost', text, { details: { token } }));
    const ranges = mergeRanges([...named, ...dropped]);
    if (ranges.length > 0) this.#parts.emitter.emit('lease:lost', { queue, group, token, ranges });
  }

  #report(error: QueueError): void {
    this.#parts.emitter.emit('error', { error, queue: this.queue, group: this.group });
  }

  #makeWork(): Work {
    const { handle, concurrency, emitter } = this.#parts;
    const { queue, group } = this;
    return new Work({
      handle,
      concurrency,
      onOutcome: () => this.#settling.tell(),
      onFailure: (failure) => emitter.emit('handler:error', { queue, group, ...failure }),
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
      onLost: (leases) => leases.forEach(({ token, ranges }) => this.#lose(token, ranges)),
      onError: (error) => this.#report(error),
    });
  }
}
